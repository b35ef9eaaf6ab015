"""The SendPulse API as the reference describes it, and the clients behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

from .factories import SendPulseClient, control


@pytest.fixture
def client(sendpulse: SendPulseStandIn) -> Iterator[SendPulseClient]:
    session = SendPulseClient(sendpulse)
    yield session
    session.close()


@pytest.fixture
def olena(sendpulse: SendPulseStandIn) -> str:
    """The contact id of a client who wrote."""
    said = control(sendpulse, "client_says", {"contact": "olena", "name": "Olena Koval", "text": "Привіт"})
    return str(said["contact_id"])


def texts(server: SendPulseStandIn) -> list[tuple[str, str]]:
    answer = requests.get(f"{server.url}/_control/transcript?contact=olena", timeout=5).json()
    return [(line["from"], line["text"]) for line in answer["messages"]]


def test_a_wrong_secret_gets_no_token(sendpulse: SendPulseStandIn) -> None:
    body = {"grant_type": "client_credentials", "client_id": "sp_id_demo", "client_secret": "wrong"}
    answer = requests.post(f"{sendpulse.url}/oauth/access_token", json=body, timeout=5)
    assert answer.status_code == 401


def test_a_token_expires_and_can_be_revoked(sendpulse: SendPulseStandIn, client: SendPulseClient) -> None:
    assert client.get("/user/info").status_code == 200
    sendpulse.advance(3601)
    answer = client.get("/user/info")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized!", "error_code": 401})
    fresh = SendPulseClient(sendpulse)
    control(sendpulse, "revoke_tokens", {})
    assert fresh.get("/user/info").status_code == 401
    fresh.close()


def test_the_log_holds_no_client_secret(sendpulse: SendPulseStandIn, client: SendPulseClient) -> None:
    assert sendpulse.requests[0].body["client_secret"] == "***"
    assert client.token not in str([record.as_json() for record in sendpulse.requests])


def test_a_sent_text_stands_in_the_transcript(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    answer = client.send(olena, "Вітаю <b>вас</b>", parse_mode="html")
    assert answer.json() == {"success": True, "data": True}
    assert texts(sendpulse) == [("client", "Привіт"), ("bot", "Вітаю <b>вас</b>")]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("x" * 4097, {}),
        ("👍" * 2049, {}),
        ("  ", {}),
        ("<b>open", {"parse_mode": "html"}),
        ("<script>x</script>", {"parse_mode": "html"}),
        ("1 < 2", {"parse_mode": "html"}),
    ],
)
def test_a_text_that_telegram_refuses_is_422(
    client: SendPulseClient, olena: str, text: str, more: dict[str, str]
) -> None:
    assert client.send(olena, text, **more).status_code == 422


def test_a_text_of_the_greatest_length_passes(client: SendPulseClient, olena: str) -> None:
    assert client.send(olena, "x" * 4096).status_code == 200


def test_a_photo_wants_a_public_address(client: SendPulseClient, olena: str) -> None:
    def send(photo: str) -> int:
        message = {"type": "photo", "photo": photo, "caption": "c"}
        return client.post("/telegram/contacts/send", contact_id=olena, message=message).status_code

    assert [send("https://cdn.example/x.png"), send("x.png")] == [200, 422]


def test_typing_shows_for_a_while_and_is_no_message(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    client.post("/telegram/contacts/send", contact_id=olena, message={"type": "action", "action": "typing"})
    page = requests.get(f"{sendpulse.url}/chat?client=olena", timeout=5).json()
    assert (page["typing"], len(page["messages"])) == (True, 1)
    sendpulse.advance(6)
    assert requests.get(f"{sendpulse.url}/chat?client=olena", timeout=5).json()["typing"] is False


def test_a_client_who_blocked_or_left_gets_nothing(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    control(sendpulse, "block", {"contact": "olena"})
    blocked = client.send(olena, "x")
    assert (blocked.status_code, blocked.json()["error_code"]) == (422, 403)
    control(sendpulse, "block", {"contact": "olena", "how": "unsubscribe"})
    left = client.send(olena, "x")
    body = {"errors": {"contact_id": ["contact.errors.not_active"]}}
    assert (left.status_code, left.json()) == (400, body)
    control(sendpulse, "client_says", {"contact": "olena", "start": True})
    assert client.send(olena, "x").status_code == 200


def test_history_is_newest_first_and_paged(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    for text in "abc":
        client.send(olena, text)

    def read(**params: object) -> list[str]:
        data = client.get("/telegram/chats/messages", contact_id=olena, **params).json()["data"]
        return [entry["data"]["message"]["text"] for entry in data]

    assert read() == ["c", "b", "a", "Привіт"]
    assert read(order="asc", size=2) == ["Привіт", "a"]
    assert read(size=2, skip=1) == ["b", "a"]
    newest = client.get("/telegram/chats/messages", contact_id=olena, size=1).json()["data"][0]
    assert (newest["direction"], newest["channel"], newest["sent_by"]) == (2, "api", None)
    assert read(search_after=newest["id"]) == ["b", "a", "Привіт"]


def test_tags_variables_and_the_pause_are_kept(client: SendPulseClient, olena: str) -> None:
    assert client.get("/telegram/contacts/get", id=olena).json()["data"]["variables"] == []
    client.post("/telegram/contacts/setTag", contact_id=olena, tags=["vip", "new"])
    client.post("/telegram/contacts/deleteTag", contact_id=olena, tag="new")
    variables = [{"variable_name": "phone", "variable_value": "380671112233"}]
    client.post("/telegram/contacts/setVariable", contact_id=olena, variables=variables)
    contact = client.get("/telegram/contacts/get", id=olena).json()["data"]
    assert (contact["tags"], contact["variables"]) == (["vip"], {"phone": "380671112233"})
    unknown = client.post(
        "/telegram/contacts/setVariable", contact_id=olena, variable_name="nope", variable_value=1
    )
    assert unknown.status_code == 422
    telegram_id = int(contact["telegram_id"])
    found = client.get(
        "/telegram/contacts/getByTelegramId", bot_id=contact["bot_id"], telegram_id=telegram_id
    )
    assert found.json()["data"]["id"] == olena


def test_a_pause_lasts_two_hours_at_most(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    def pause(minutes: int) -> int:
        path = "/telegram/contacts/setPauseAutomation"
        return client.post(path, contact_id=olena, minutes=minutes).status_code

    assert [pause(121), pause(0), pause(120)] == [422, 422, 200]
    left = client.get("/telegram/contacts/getPauseAutomation", contact_id=olena).json()["data"]["minutes"]
    assert left == 120
    client.post("/telegram/contacts/deletePauseAutomation", contact_id=olena)
    left = client.get("/telegram/contacts/getPauseAutomation", contact_id=olena).json()["data"]["minutes"]
    assert left == 0


def test_the_chat_can_be_opened_and_closed(client: SendPulseClient, olena: str) -> None:
    client.post("/telegram/contacts/closeChat", contact_id=olena)
    assert client.get("/telegram/contacts/get", id=olena).json()["data"]["is_chat_opened"] is False
    client.post("/telegram/contacts/openChat", contact_id=olena)
    assert client.get("/telegram/contacts/get", id=olena).json()["data"]["is_chat_opened"] is True


def test_the_account_and_its_bots_can_be_read(client: SendPulseClient) -> None:
    assert client.get("/telegram/bots").json()["data"][0]["id"] == "6671465ac84ab24b4702fa25"
    assert client.get("/telegram/account").json()["data"]["plan"]["is_expired"] is False
    assert client.get("/telegram/nowhere").status_code == 404


def test_the_limiter_refuses_the_eleventh_request_of_a_second(
    sendpulse: SendPulseStandIn, client: SendPulseClient
) -> None:
    control(sendpulse, "settings", {"per_second": 10})
    answers = [client.get("/user/info") for _ in range(11)]
    assert answers[10].status_code == 429
    assert answers[10].json()["error_code"] == 2020202020


def test_a_message_is_delivered_though_the_connection_is_cut_after(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    control(sendpulse, "faults", [{"kind": "cut_after", "match": {"path": "send$"}, "times": 1}])
    with pytest.raises(requests.ConnectionError):
        client.send(olena, "once")
    assert texts(sendpulse)[-1] == ("bot", "once")


def test_the_page_shows_markup_and_nothing_dangerous(
    sendpulse: SendPulseStandIn, client: SendPulseClient, olena: str
) -> None:
    control(sendpulse, "client_says", {"contact": "olena", "text": "<img src=x onerror=alert(1)>"})
    client.send(olena, '<b>a</b> <u>u</u> <a href="javascript:x">l</a> &lt;i&gt;', parse_mode="html")
    page = requests.get(f"{sendpulse.url}/chat?client=olena", timeout=5).json()
    shown = [message["html"] for message in page["messages"][1:]]
    assert shown[0] == "&lt;img src=x onerror=alert(1)&gt;"
    assert shown[1].startswith('<b>a</b> u <a href="#"')
    assert shown[1].endswith("l</a> &lt;i&gt;")
    html = requests.get(sendpulse.url, timeout=5).text
    assert "stand-in" in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html


def test_a_form_of_a_foreign_page_cannot_write(sendpulse: SendPulseStandIn) -> None:
    answer = requests.post(f"{sendpulse.url}/chat/say", data={"contact": "x", "text": "y"}, timeout=5)
    assert answer.status_code == 415
