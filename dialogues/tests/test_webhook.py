"""The door: who may post, what is stored, and what no content can break."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from botbackend.outbox.models import Task
from botbackend.outbox.tests.processes import database_url
from botbackend.wsgi import application
from dialogues.inbound import brake
from dialogues.models import ChannelSettings, InboundEvent
from dialogues.tests.factories import BOT_ID, CONTACT_ID, SECRET, make_event, make_project
from projects.models import Project
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
URL = "/webhook/sendpulse"


def post(body: Any, *, secret: str = SECRET, url: str = "", **headers: str) -> HttpResponse:
    """POST a document (or raw bytes) with the secret in the path."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic(  # type: ignore[return-value]  # the stub leaves the response open
        "POST", url or f"{URL}/{secret}", raw, content_type="application/json", headers=headers
    )


def _column(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


def counts(response: HttpResponse) -> tuple[int, int, int]:
    assert response.status_code == 200, response.content
    answer = json.loads(response.content)
    assert set(answer) == {"accepted", "duplicates", "ignored"}
    return answer["accepted"], answer["duplicates"], answer["ignored"]


def test_an_event_is_stored_encrypted_and_its_handler_woken() -> None:
    project = make_project()
    assert counts(post([make_event(text="Haircut?")])) == (1, 0, 0)
    row = InboundEvent.objects.get()
    assert (row.project_id, row.bot_id, row.contact_id, row.title) == (
        project.pk,
        BOT_ID,
        CONTACT_ID,
        "incoming_message",
    )
    assert row.payload["contact"]["last_message"] == "Haircut?"
    stored = _column("SELECT payload FROM dialogues_inboundevent")
    assert "Haircut" not in stored
    task = Task.objects.get(handler="dialogues.inbound")
    assert (task.key, task.state) == (f"{project.pk}:{CONTACT_ID}", Task.State.WAITING)


def test_one_event_without_an_array_and_an_array_of_several_are_both_taken() -> None:
    make_project()
    assert counts(post(make_event())) == (1, 0, 0)
    assert counts(post([make_event(), make_event("open_chat", info=None)])) == (2, 0, 0)
    assert counts(post([])) == (0, 0, 0)


def test_the_secret_may_come_in_the_path_the_query_a_header_or_as_a_signature() -> None:
    make_project()
    raw = json.dumps([make_event()]).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert counts(post(raw)) == (1, 0, 0)
    assert counts(post(raw, url=f"{URL}?secret={SECRET}")) == (0, 1, 0)
    assert counts(post(raw, url=URL, **{"X-Webhook-Secret": SECRET})) == (0, 1, 0)
    assert counts(post(raw, url=URL, **{"X-SendPulse-Signature": signature})) == (0, 1, 0)


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (URL, {}),
        (f"{URL}/wrong", {}),
        (f"{URL}?secret=", {}),
        (f"{URL}?secret=%ff%00", {}),
        (URL, {"X-Webhook-Secret": SECRET + "x"}),
        (URL, {"X-SendPulse-Signature": "sha256=" + "0" * 64}),
        (URL, {"X-SendPulse-Signature": "sha256=ключ"}),
    ],
)
def test_a_wrong_or_missing_secret_is_401_and_leaves_nothing(url: str, headers: dict[str, str]) -> None:
    make_project()
    for body in ([make_event()], [make_event(bot={"id": "unknown"})], b"{broken", [], "text"):
        response = post(body, url=url, **headers)
        assert response.status_code == 401
        assert json.loads(response.content)["error"]["code"] == "unauthorized"
    assert not InboundEvent.objects.exists()
    assert not Task.objects.exists()


def test_an_address_that_guesses_is_held_back_before_the_database_is_asked(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brake, "KEYS_SECONDS", 60.0)  # one reading of the good keys for all that follows
    monkeypatch.setattr(brake, "_keys_until", 0.0)
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 5
    make_project()
    codes = [post([], url=f"{URL}/guess-{number}").status_code for number in range(8)]
    assert codes == [401] * 5 + [429] * 3
    with django_assert_num_queries(0):
        refused = post([make_event()], url=URL, **{"X-Webhook-Secret": "another"})
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert json.loads(refused.content)["error"]["code"] == "throttled"


def test_the_brake_shuts_out_neither_a_good_secret_nor_another_address(settings: Settings) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 1
    settings.SENDPULSE_WEBHOOK_SECRET = "of-the-installation"
    project = make_project()
    assert [post([], url=f"{URL}/x").status_code for _ in range(3)] == [401, 429, 429]
    assert counts(post([make_event()])) == (1, 0, 0)
    assert counts(post([], url=f"{URL}/of-the-installation")) == (0, 0, 0)
    raw = json.dumps([make_event()]).encode()
    for secret, status in ((SECRET, 200), ("wrong", 429)):
        signed = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        answer = post(raw, url=URL, **{"X-SendPulse-Signature": signed})
        assert answer.status_code == status
    assert Client().post(f"{URL}/x", b"[]", "application/json", REMOTE_ADDR="192.0.2.9").status_code == 401
    change_settings(project, webhook_secret="")
    assert post([make_event()], url=f"{URL}/{SECRET}").status_code in (401, 429)  # revoked: dead at once


def test_a_signature_of_another_body_is_refused() -> None:
    make_project()
    signature = "sha256=" + hmac.new(SECRET.encode(), b"[]", hashlib.sha256).hexdigest()
    assert post([make_event()], url=URL, **{"X-SendPulse-Signature": signature}).status_code == 401


def test_the_door_stays_shut_while_no_secret_is_configured(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = ""
    make_project(webhook_secret="")
    for body in ([make_event()], [], b"{broken"):
        assert post(body, secret="anything").status_code == 503
    assert post([make_event()], url=URL).status_code == 503


def test_a_project_without_an_own_secret_uses_the_installations(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = "of-the-installation"
    make_project(webhook_secret="")
    assert counts(post([make_event()], secret="of-the-installation")) == (1, 0, 0)
    make_project(sendpulse_bot_id="other", webhook_secret="own")
    other = make_event(bot={"id": "other"})
    assert post([other], secret="of-the-installation").status_code == 401
    assert counts(post([other], secret="own")) == (1, 0, 0)


def test_an_event_is_accepted_only_under_the_secret_of_its_own_bot() -> None:
    make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="other-secret")
    foreign = make_event(bot={"id": "other"})
    assert post([foreign]).status_code == 401
    assert not InboundEvent.objects.exists()
    assert counts(post([make_event(), foreign])) == (1, 0, 1)
    assert InboundEvent.objects.get().bot_id == BOT_ID


def test_a_changed_secret_counts_at_once() -> None:
    project = make_project()
    assert counts(post([make_event()])) == (1, 0, 0)
    change_settings(project, webhook_secret="changed")
    assert post([make_event()]).status_code == 401
    assert counts(post([make_event()], secret="changed")) == (1, 0, 0)
    change_settings(project, sendpulse_bot_id="moved")
    assert counts(post([make_event()], secret="changed")) == (0, 0, 1)


def test_a_changed_or_revoked_secret_is_dead_at_once_for_an_empty_body_too(settings: Settings) -> None:
    make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="other-secret")
    channel = ChannelSettings.objects.get(sendpulse_bot_id=BOT_ID)
    assert counts(post([])) == (0, 0, 0)
    channel.webhook_secret = "changed"
    channel.save(update_fields=["webhook_secret"])
    bodies: tuple[Any, ...] = ([], b"{broken", [make_event(bot={"id": "nobody's"})])
    assert [post(body).status_code for body in bodies] == [401, 401, 401]
    assert counts(post([], secret="changed")) == (0, 0, 0)
    channel.webhook_secret = ""
    channel.save()
    assert post([], secret="changed").status_code == 401
    settings.SENDPULSE_WEBHOOK_SECRET = "of-the-installation"
    assert counts(post([make_event()], secret="of-the-installation")) == (1, 0, 0)


def test_the_secret_of_a_closed_salon_opens_nothing() -> None:
    make_project(is_active=False)
    make_project(sendpulse_bot_id="other", webhook_secret="other-secret")
    assert post([]).status_code == 401


def test_a_secret_is_found_however_it_was_stored() -> None:
    project = make_project(webhook_secret="created")
    assert counts(post([], secret="created")) == (0, 0, 0)
    ChannelSettings.objects.update_or_create(project=project, defaults={"webhook_secret": "updated"})
    assert counts(post([], secret="updated")) == (0, 0, 0)
    ChannelSettings.objects.get().save()  # read without its secrets
    assert counts(post([], secret="updated")) == (0, 0, 0)
    ChannelSettings.objects.update(webhook_key="")
    import_module("dialogues.migrations.0003_webhook_key").fill_keys(apps, None)
    assert counts(post([], secret="updated")) == (0, 0, 0)


def test_several_salons_may_have_the_same_secret_and_one_body_events_of_all() -> None:
    make_project()
    make_project(sendpulse_bot_id="other")
    assert counts(post([make_event(), make_event(bot={"id": "other"})])) == (2, 0, 0)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Webhook-Secret": "wrong"}, {"X-SendPulse-Signature": "sha256=" + "0" * 64}]
)
def test_without_a_good_secret_any_number_of_bots_costs_two_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries, headers: dict[str, str]
) -> None:
    make_project()
    for count in (1, 50, 999):
        body = [{"bot": {"id": f"bot-{number}"}} for number in range(count)]
        with django_assert_max_num_queries(2):
            assert post(body, url=URL, **headers).status_code in {400, 401}


def test_bots_that_the_secret_does_not_open_are_looked_up_together(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_project()
    others = [make_event(bot={"id": f"bot-{number}"}) for number in range(49)]
    with django_assert_num_queries(5):  # and are kept together
        assert counts(post([make_event(), *others])) == (1, 0, 49)


@pytest.mark.parametrize(
    ("count", "bots", "status", "field"),
    [(1000, 50, 200, ""), (1001, 1, 413, "events"), (51, 51, 400, "events[].bot.id")],
)
def test_a_body_may_hold_so_many_events_and_bots(count: int, bots: int, status: int, field: str) -> None:
    make_project()
    response = post([{"bot": {"id": f"bot-{number % bots}"}} for number in range(count)])
    assert response.status_code == status
    fields = json.loads(response.content).get("error", {}).get("fields", {})
    assert list(fields) == ([field] if field else [])


def test_a_signature_counts_only_for_the_salon_that_made_it(settings: Settings) -> None:
    make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="other-secret")

    def signed(body: Any, secret: str) -> HttpResponse:
        raw = json.dumps(body).encode()
        made = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return post(raw, url=URL, **{"X-SendPulse-Signature": f"sha256={made}"})

    foreign = make_event(bot={"id": "other"})
    assert signed([foreign], SECRET).status_code == 401
    assert counts(signed([make_event(), foreign], SECRET)) == (1, 0, 1)
    settings.SENDPULSE_WEBHOOK_SECRET = "of-the-installation"
    assert counts(signed([], "of-the-installation")) == (0, 0, 0)
    assert signed([make_event()], "of-the-installation").status_code == 401


def test_elements_that_are_no_objects_are_counted_as_ignored() -> None:
    make_project()
    assert counts(post([make_event(), None, 7, "text", [make_event()], True])) == (1, 0, 5)
    assert counts(post([1, 2])) == (0, 0, 2)


@pytest.mark.parametrize("raw", [b"", b"{", b"[1,", b"\xff\xfe", b"[" * 100_000, b'{"a":1}x'])
def test_what_is_no_json_is_a_400_that_says_so(raw: bytes) -> None:
    make_project()
    response = post(raw)
    assert response.status_code == 400
    assert json.loads(response.content)["error"]["code"] == "invalid_json"


@pytest.mark.parametrize("document", ["text", 7, None, True, 1.5])
def test_what_is_neither_object_nor_array_is_a_400(document: Any) -> None:
    make_project()
    response = post(document)
    assert response.status_code == 400
    assert "error" in json.loads(response.content)


def test_a_body_over_one_mebibyte_is_413() -> None:
    make_project()
    assert post([make_event(text="x" * (1024 * 1024))]).status_code == 413
    assert counts(post([make_event(text="x" * (1024 * 500))])) == (1, 0, 0)


def test_only_post_is_allowed() -> None:
    response = Client().generic("GET", f"{URL}/{SECRET}")
    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_unknown_titles_are_stored_too() -> None:
    make_project()
    titles: Sequence[Any] = ("booking_confirm", "Моя дія", "x" * 300, None, 7, {"a": 1}, "", "\x00\ud800")
    for number, title in enumerate(titles, start=1000):
        assert counts(post([make_event(title=title, number=number)])) == (1, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"date": "1"},
        {"date": None},
        {"info": None},
        {"service": "other"},
        {"contact": {"id": CONTACT_ID, "name": "renamed"}},
    ],
)
def test_a_repeat_is_known_by_its_message_id_whatever_else_changed(change: dict[str, Any]) -> None:
    make_project()
    first = make_event(number=5)
    assert counts(post([first, first])) == (1, 1, 0)
    again = {**make_event(number=5), **change}
    if "info" in change:
        again["info"] = {"message": {"id": first["info"]["message"]["id"]}}
    assert counts(post([again])) == (0, 1, 0)


def test_without_a_message_id_the_number_in_the_chat_or_the_words_decide() -> None:
    make_project()

    def numbered(number: Any, contact: str = CONTACT_ID) -> dict[str, Any]:
        inner = {"message_id": number, "message": {"text": "yes"}}
        return make_event(contact_id=contact, info={"message": {"channel_data": inner}}, date=1)

    assert counts(post([numbered(7), numbered("7"), numbered(8), numbered(7, "another")])) == (3, 1, 0)
    bare = make_event(info=None, date=99, text="same")
    assert counts(post([bare, bare, {**bare, "date": 100}])) == (2, 1, 0)


@pytest.mark.parametrize("own", [SECRET, ""])
def test_the_native_path_costs_two_statements_whosever_the_secret_is(
    django_assert_num_queries: DjangoAssertNumQueries, settings: Settings, own: str
) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = SECRET if not own else ""
    make_project(webhook_secret=own)
    with django_assert_num_queries(2):
        assert counts(post([make_event(), make_event()])) == (2, 0, 0)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**30, max_value=10**40)
    | st.floats()
    | st.text()
    | st.sampled_from(["\x00", "\ud800", "a" * 5000, "-", "{{name}}", "/start", [], {}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
events = st.fixed_dictionaries(
    {"bot": st.just({"id": BOT_ID}) | json_values},
    optional={
        "title": json_values | st.sampled_from(["incoming_message", "outgoing_message", "new_subscriber"]),
        "date": json_values,
        "contact": json_values
        | st.fixed_dictionaries(
            {"id": json_values, "variables": json_values, "phone": json_values, "last_message": json_values}
        ),
        "info": json_values
        | st.fixed_dictionaries(
            {
                "message": json_values
                | st.fixed_dictionaries(
                    {
                        "id": json_values,
                        "sent_by": json_values,
                        "channel_data": json_values
                        | st.fixed_dictionaries({"message_id": json_values, "message": json_values}),
                    }
                )
            }
        ),
    },
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(documents=st.lists(events | json_values, max_size=4))
def test_no_content_makes_it_fail_and_every_element_is_counted(documents: list[Any]) -> None:
    if not Project.objects.exists():
        make_project()
    assert sum(counts(post(documents))) == len(documents)


def test_an_integer_that_python_refuses_to_read_is_stored_as_text() -> None:
    make_project()
    digits = "9" * 5000
    raw = json.dumps([make_event(date=123454321)]).replace("123454321", digits).encode()
    assert counts(post(raw)) == (1, 0, 0)
    assert InboundEvent.objects.get().payload["date"] == digits


@pytest.mark.django_db(transaction=True)
def test_the_statement_that_stores_is_planned_once_per_connection() -> None:
    make_project()
    for _ in range(3):
        post([make_event()])
    assert (
        int(_column("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%inboundevent%'")) == 1
    )


@pytest.mark.parametrize("path", ["/webhook/sendpulsexyz", "/elsewhere/webhook/sendpulse"])
def test_other_paths_are_left_to_the_routes(path: str) -> None:
    assert Client().generic("POST", path).status_code == 404


def served(raw: bytes, **environ: Any) -> HttpResponse:
    """POST to the application that gunicorn loads; `environ` replaces what the server told of the request."""
    request = RequestFactory().generic(
        "POST", f"{URL}/{SECRET}", raw, content_type="application/json", **environ
    )
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    answer = application(request.environ, start)
    content = b"".join(answer)
    answer.close()
    [(status, headers)] = started
    return HttpResponse(content, status=int(status.split()[0]), headers=dict(headers))


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_json_with_its_length_and_bridles_a_browser() -> None:
    make_project()
    answer = served(json.dumps([make_event()]).encode())
    assert counts(answer) == (1, 0, 0)
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Length"] == str(len(answer.content))
    refused = post([make_event()], secret="wrong")
    for response in (answer, refused, Client().get(f"{URL}/{SECRET}")):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert not response.cookies


@pytest.mark.django_db(transaction=True)
def test_a_body_in_chunks_without_a_length_is_stored_up_to_the_limit(settings: Settings) -> None:
    make_project()
    raw = json.dumps([make_event()]).encode()
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    settings.MAX_BODY_BYTES = len(raw)
    assert served(b"", **chunked, **{"wsgi.input": BytesIO(raw)}).status_code == 200
    settings.MAX_BODY_BYTES = len(raw) - 1
    answer = served(b"", **chunked, **{"wsgi.input": BytesIO(raw)})
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (413, "too_large")
    assert InboundEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_is_stored_although_postgresql_dropped_the_connection_meanwhile() -> None:
    make_project()
    assert counts(served(json.dumps([make_event()]).encode())) == (1, 0, 0)
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert counts(served(json.dumps([make_event()]).encode())) == (1, 0, 0)
    assert InboundEvent.objects.count() == 2
