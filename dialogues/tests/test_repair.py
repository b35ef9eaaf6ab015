"""A flow's body with texts that nobody escaped: read where it can only mean one thing, else kept."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from botbackend.outbox.testing import run_due
from dialogues import topics
from dialogues.flow import repair
from dialogues.flow.repair import KEYS, declared_keys
from dialogues.models import InboundEvent
from dialogues.tests.factories import CONTACT_ID, SECRET, make_project
from dialogues.tests.steps import only_message
from projects.models import Project

pytest_db = pytest.mark.django_db
VALUES = {name: f"a {name}" for name in KEYS} | {"project_id": "hair"}


def body_of(response: str, *, names: tuple[str, ...] = KEYS, **over: str) -> str:
    """SendPulse's way: the values put into the template as they are."""
    values = VALUES | {"response": response} | over
    return "{\n" + ",\n".join(f'  "{name}": "{values[name]}"' for name in names) + "\n}\n"


# Whatever people type, and what the template is made of.
words = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(['"', "\\", ",", ":", "}", "{", "\n", "\t", "\r", " ", '\\"', "\\n", '",', '"}']),
        st.sampled_from([f'"{name}"' for name in KEYS]),
        st.sampled_from(KEYS),
    ),
    max_size=8,
).map("".join)


@given(text=words, name=words, order=st.permutations(KEYS))
@example(text='", "name": ', name="Olena", order=list(KEYS))
@example(text='x", "contact_send_id": "somebody', name="Olena", order=list(KEYS))
@example(text="\ud800\x00", name="\\", order=list(KEYS))
def test_any_texts_come_back_exactly_or_there_is_a_doubt(text: str, name: str, order: list[str]) -> None:
    found = repair(body_of(text, names=tuple(order), name=name))
    assert found is None or found == VALUES | {"response": text, "name": name}


@given(text=st.text().filter(lambda text: '"' not in text and "\\" not in text))
def test_there_is_no_doubt_about_line_breaks_and_tabs(text: str) -> None:
    assert repair(body_of(f"\t{text}\r\n")) == VALUES | {"response": f"\t{text}\r\n"}


@given(body=st.text() | words)
def test_no_body_breaks_it(body: str) -> None:
    assert repair(body) is None or isinstance(repair(body), dict)


@pytest.mark.parametrize(
    "text",
    [
        "Haircut\ntomorrow",
        "Haircut\ttomorrow",
        'a "bob" please',
        '"',
        '""',
        '"}',
        'like "this", or "that"',
        "C:\\photos",
        "back\\",
        'five feet 6"',
        "🙂 ok\n\n\\_(ツ)_/",
    ],
)
def test_what_people_type_is_read(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(body_of(text))
    assert repair(body_of(text)) == VALUES | {"response": text}


def test_bare_numbers_and_a_text_at_the_very_end_are_read() -> None:
    body = '{"count": 3, "retry":false , "project_id":"hair","response":"say "yes""}'
    assert repair(body) == {"count": 3, "retry": False, "project_id": "hair", "response": 'say "yes"'}


@pytest.mark.parametrize(
    "body",
    [
        body_of('x", "name": "y'),  # a second name
        body_of('"name":'),
        body_of("one\\ntwo\n"),  # two letters as they are, one line break in JSON
        body_of("x").replace('"a name"', "{{name}}"),
        body_of("x\n")[:-3],
        body_of("x\n") + "x",
        body_of("x\n", names=("project_id", "name")),
        f"[{body_of('x')}]",
        "",
    ],
)
def test_a_doubt_is_no_reading(body: str) -> None:
    assert repair(body) is None


def post(raw: bytes | str, *, secret: str = SECRET, **headers: str) -> HttpResponse:
    path = f"/webhook/sendpulse/{secret}".rstrip("/")
    body = raw.encode() if isinstance(raw, str) else raw
    return Client().generic(  # type: ignore[return-value]  # the stub leaves the response open
        "POST", path, body, content_type="application/json", headers=headers
    )


def request_of(project: Project, text: str) -> str:
    return body_of(text, project_id=project.slug, contact_send_id=CONTACT_ID, image_url="", date="")


@pytest_db
@pytest.mark.parametrize("text", ['a "bob"\nplease', "tab\there", "C:\\photos"])
def test_a_repaired_request_is_a_message_of_the_client(text: str, settings: Settings) -> None:
    settings.SYNC_WAIT_SECONDS = 0.05
    response = post(request_of(make_project(), text))
    assert response.status_code == 200, response.content
    run_due(topics.EVENT_RECEIVED)
    assert only_message().text == text


def refused(response: HttpResponse) -> None:
    assert response.status_code == 400
    assert json.loads(response.content)["error"]["code"] == "invalid_json"


@pytest_db
@pytest.mark.parametrize("raw", ['{"response": "hello', "so ist's", b"\xff\xfe words", '[{"title": "x",]'])
def test_a_body_that_cannot_be_read_is_kept_once_for_the_salon_of_the_secret(raw: bytes | str) -> None:
    project = make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="other")
    refused(post(raw))
    refused(post(raw))
    event = InboundEvent.objects.get()
    assert (event.project, event.state, event.title) == (project, "failed", "unreadable")
    assert "no JSON" in event.note
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")
    assert event.payload == {"raw": text}


DECLARED = ("project_id", "contact_send_id", "response")


def declared_body(text: str, names: tuple[str, ...] = DECLARED) -> str:
    """A request whose template says which keys it has."""
    said = f'{{\n  "template": "{" ".join(names)}",'
    body = body_of(text, names=names, project_id="hair", contact_send_id=CONTACT_ID)
    return body.replace("{", said, 1)


@pytest.mark.parametrize(
    "text",
    [
        'hi","phone":"+380501234567',
        'hi",\n  "name": "Anna',
        'hi","date":"01.01.2020 10:00", "retry": "true',
        'hi","tg_id":1,"x":"',
        'hi","image_url":"https://example.com/x.png"}',
        'hi "there", I\'d say "tomorrow"',
    ],
)
def test_what_looks_like_a_field_that_the_template_does_not_name_is_text(text: str) -> None:
    found = repair(declared_body(text))
    assert found is not None
    assert (found["response"], found["contact_send_id"]) == (text, CONTACT_ID)
    assert set(found) == {"template", *DECLARED}


@given(text=words)
def test_a_declared_template_gives_the_exact_text_or_there_is_a_doubt(text: str) -> None:
    found = repair(declared_body(text))
    assert found is None or (found["response"], found["contact_send_id"]) == (text, CONTACT_ID)


@pytest_db
def test_a_client_sets_no_field_by_writing_it(settings: Settings) -> None:
    settings.SYNC_WAIT_SECONDS = 0.05
    make_project(slug="hair")
    text = 'hi","phone":"+380501234567'
    assert json.loads(declared_body(text))["phone"]  # for most readers it would be one
    assert post(declared_body(text)).status_code == 200
    run_due(topics.EVENT_RECEIVED)
    message = only_message()
    assert (message.text, message.dialogue.client.phone) == (text, "")


@pytest_db
@pytest.mark.parametrize(
    "text", ['hi","contact_send_id":"other', 'hi","template":"project_id response phone']
)
def test_a_field_of_the_template_that_is_written_again_is_a_doubt(text: str) -> None:
    make_project(slug="hair")
    refused(post(declared_body(text)))
    assert InboundEvent.objects.get().payload["raw"] == declared_body(text)


def test_only_the_first_field_says_what_the_template_has() -> None:
    assert declared_keys(declared_body("hi")) == ["template", *DECLARED]
    assert declared_keys(body_of('hi","template":"project_id response phone')) == []


def nested(levels: int, innermost: str = "1") -> str:
    return '{"a":' * levels + innermost + "}" * levels


@pytest_db
@pytest.mark.parametrize(
    "raw",
    [
        *(
            f'{{"project_id": "hair", "response": "hi", "x": {nested(levels)}}}'
            for levels in (60, 903, 906, 990)
        ),
        f'{{"project_id": "hair", "response": "hi", "x": {nested(5000)}}}',
        *(f'[{{"title": "incoming_message", "info": {nested(levels)}}}]' for levels in (60, 904, 906, 990)),
        f'{{"project_id": "hair", "response": "hi", "x": {nested(60, "9" * 5000)}}}',
    ],
    ids=range(10),
)
def test_a_body_that_is_nested_too_deeply_is_kept_and_breaks_nothing(raw: str) -> None:
    make_project(slug="hair")
    refused(post(raw))
    assert InboundEvent.objects.get().payload == {"raw": raw}


@pytest_db
@pytest.mark.parametrize("name", ["count", "tg_id", "date", "response", "contact_send_id", "retry", "other"])
def test_a_number_that_nobody_can_read_loses_no_request(name: str, settings: Settings) -> None:
    settings.SYNC_WAIT_SECONDS = 0.05
    make_project(slug="hair")
    request = {"project_id": "hair", "response": "hi", "contact_send_id": CONTACT_ID, name: 123454321}
    assert post(json.dumps(request).replace("123454321", "9" * 5000)).status_code == 200
    assert InboundEvent.objects.get().state != "failed"


@pytest_db
@pytest.mark.parametrize(
    "text",
    [
        'hi","contact_send_id":"somebody-else',
        'hi", "project_id": "another", "name": "x',
        'hi","response":"yes',
    ],
)
def test_nobody_speaks_as_somebody_else_by_writing_keys_into_the_template(text: str) -> None:
    project = make_project(slug="hair")
    names = ("project_id", "contact_send_id", "response")
    raw = body_of(text, names=names, contact_send_id=CONTACT_ID)
    answer = Client().post(f"/webhook/sendpulse/{SECRET}", raw, content_type="application/json")
    assert answer.status_code == 400
    kept = InboundEvent.objects.get()
    assert (kept.project, kept.state, kept.payload["raw"]) == (project, "failed", raw)


@pytest.mark.django_db
def test_a_doubtful_request_is_found_by_its_client() -> None:
    refused(post(request_of(make_project(), 'x", "name": "y\n')))
    assert InboundEvent.objects.get().contact_id == CONTACT_ID


@pytest_db
def test_the_installations_secret_keeps_it_for_the_only_salon_or_the_one_that_is_named(
    settings: Settings,
) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = "of-the-installation"
    first = make_project(webhook_secret="")
    with_own = make_project(sendpulse_bot_id="own")
    refused(post("{one", secret="of-the-installation"))
    second = make_project(webhook_secret="", sendpulse_bot_id="second")
    refused(post("{two", secret="of-the-installation"))
    for project in (second, with_own):
        refused(post(f'{{"project_id": "{project.slug}",', secret="of-the-installation"))
    found = InboundEvent.objects.order_by("pk")
    assert [(event.project, event.state) for event in found] == [
        (first, "failed"), (None, "stray"), (second, "failed"), (None, "stray"),
    ]  # fmt: skip


@pytest_db
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"project_id": "нема"}, 404), ({"project_id": "another"}, 404), ({"project_id": None}, 404),
        ({"response": float("nan")}, 200), ({"response": {"text": "tomorrow"}}, 200),
        ({"response": ["tomorrow"]}, 200), ({"contact_send_id": ""}, 200),
        ({"contact_send_id": "{{contact_id}}"}, 200), ({"contact_send_id": None}, 200),
    ],
)  # fmt: skip
def test_words_of_a_request_that_can_be_nobodys_are_kept(fields: dict[str, Any], status: int) -> None:
    project = make_project()
    body = {"project_id": project.slug, "response": "tomorrow", "contact_send_id": CONTACT_ID} | fields
    for _ in range(2):
        assert post(json.dumps(body)).status_code == status
    kept = InboundEvent.objects.get()
    assert (kept.project, kept.state, kept.title) == (project, "failed", "unreadable")
    assert kept.payload["raw"] == json.dumps(body)
    assert kept.note
    if fields.get("contact_send_id", CONTACT_ID) == CONTACT_ID:
        assert kept.contact_id == CONTACT_ID


@pytest_db
@pytest.mark.parametrize("said", ["", None, " ", "\u200b", "-", "{{last_message}}"])
def test_a_request_in_which_nothing_was_said_leaves_nothing(said: str | None) -> None:
    body = {"project_id": make_project().slug, "response": said, "contact_send_id": CONTACT_ID}
    assert post(json.dumps(body)).status_code == 200
    assert not InboundEvent.objects.exists()


@pytest_db
def test_nothing_is_kept_without_a_good_secret_or_without_a_word() -> None:
    project = make_project()
    named = f'{{"project_id": "{project.slug}",'
    wrong = {"X-SendPulse-Signature": "0" * 64}
    assert post(named, secret="wrong").status_code == 401
    assert post(named, secret="", **wrong).status_code == 401
    refused(post(" \n"))
    assert not InboundEvent.objects.exists()


@pytest_db
def test_a_signature_keeps_it_for_the_salon_that_the_text_names() -> None:
    project = make_project()
    raw = f'{{"project_id": "{project.slug}", "response": '.encode()
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    refused(post(raw, secret="", **{"X-SendPulse-Signature": signature}))
    assert InboundEvent.objects.get().project == project


@pytest_db
def test_failed_events_are_counted_by_kind_and_a_replay_loses_none() -> None:
    project = make_project()
    post("{words")
    values: dict[str, Any] = {"project": project, "payload": {}, "state": "failed"}
    InboundEvent.objects.create(dedupe_key="1", title="incoming_message", **values)
    text = Client().get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counts = {
        sample.labels["kind"]: sample.value for sample in families["botbackend_inbound_events_failed"].samples
    }
    assert counts == {"unreadable": 1, "event": 1, "stray": 0}
    call_command("replay_events", "--failed")
    left = InboundEvent.objects.get(title="unreadable")
    assert (left.state, left.note != "") == ("failed", True)
