"""Every error of the Messages API, in either call of a turn: what keys, turn, task and client see of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ai.claude import key_pool
from ai.models import Breaker, KeyState, Turn
from ai.tests.conftest import KEYS
from ai.tests.factories import SalonRows, Talk, responds, understood
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Message

pytestmark = pytest.mark.django_db

ORGANISATIONS, TRIES = 2, 3  # three keys stand for two; attempts of one call
UNDERSTAND, RESPOND = "understand", "respond"
OWN_LIMIT = (
    "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."
)
WORKSPACE_LIMIT = OWN_LIMIT.replace("API", "workspace API")
QUOTED = f"messages.0.content: '{OWN_LIMIT}' is no block"
_MARK = {UNDERSTAND: '"wishes"', RESPOND: '"tools"'}


@dataclass(frozen=True)
class Case:
    """One error, and what it does. `first` is what the first run of a turn comes to when understand fails."""

    name: str
    status: int = 0
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    delay: float = 0
    requests: int = 2 * TRIES
    failures: int = 2
    keys: str = ""  # the reason that all keys carry afterwards
    dead: bool = False
    first: str = "requeued"
    wait: tuple[float, float] = (1, 3)
    note: str = ""

    def install(self, claude: ClaudeStandIn, kind: str) -> None:
        """Let every request of the kind fail like this."""
        if self.fault:
            match = {"path": "/v1/messages$", "body": _MARK[kind]}
            claude.faults.set([{"kind": self.fault, "match": match, "status": self.status}])
            return
        rule = Rule(when={"kind": kind}, status=self.status, error=dict(self.error), times=None)
        rule.headers, rule.delay = dict(self.headers), self.delay or None
        claude.script.add(rule)


def refused(name: str, status: int, **over: Any) -> Case:
    """The request is at fault: each model is asked once, then the menus answer."""
    note = f"Rejected: {status}"
    return Case(name, status, requests=2, failures=0, first="menus", note=note, **over)


def costly(name: str, status: int, reason: str, **over: Any) -> Case:
    """Every key is put out of service, one after the other."""
    values: dict[str, Any] = {"keys": reason, "dead": True, "failures": 0, "first": "menus"}
    values["requests"] = ORGANISATIONS if reason in ("billing", "spend limit") else len(KEYS)
    return Case(name, status, note="NoKey", **values | over)


def limited(name: str, wait: tuple[float, float] | None, **over: Any) -> Case:
    """Every organisation cools."""
    first = "requeued" if wait else "menus"
    note = "put off: rate limit" if wait else "Cooling: rate limit"
    values: dict[str, Any] = {"keys": "rate limit", "requests": ORGANISATIONS, "failures": 0, "first": first}
    return Case(name, 429, wait=wait or (0, 0), note=note, **values | over)


def coded(code: str) -> dict[str, Any]:
    return {"details": {"error_code": code}}


CASES = [
    refused("invalid request", 400),
    refused("a client's words that sound like a spend limit", 400, error={"message": QUOTED}),
    costly("own spend limit in words", 400, "spend limit", error={"message": OWN_LIMIT}),
    costly("a workspace's spend limit in words", 400, "spend limit", error={"message": WORKSPACE_LIMIT}),
    costly("own spend limit by code", 400, "billing", error=coded("linked_organization_spend_limit_reached")),
    costly("authentication", 401, "authentication"),
    costly("billing", 402, "billing"),
    costly("permission", 403, "permission"),
    refused("no such model", 404),
    Case("request timeout", 408, note="put off: 408"),
    Case("conflict", 409, note="put off: 409"),
    refused("too large", 413),
    refused("unprocessable", 422),
    limited("a short limit", (3, 6), headers={"retry-after": "5"}),
    limited("a limit in milliseconds", (1, 3), headers={"retry-after-ms": "2500"}),
    limited("a long limit", None, headers={"retry-after": "3600"}),
    limited("a limit that names no time", (15, 20)),
    limited("a ramp that is too steep", (15, 20), error=coded("ramp_limit_exceeded")),
    costly("enforced spend limit", 429, "spend limit", error=coded("enforced_spend_limit_reached")),
    costly("contract spend limit", 429, "spend limit", error=coded("contract_spend_limit_reached")),
    Case("internal error", 500, note="put off: 500"),
    Case("bad gateway with a page", 502, fault="html", note="put off: 502"),
    Case("unavailable", 503, note="put off: 503"),
    Case("gateway timeout", 504, note="put off: 504"),
    Case("overloaded", 529, note="put off: 529"),
    Case("a connection that is cut", fault="cut_before", note="put off: connection"),
    Case("a connection that is cut after the work", fault="cut_after", note="put off: connection"),
    Case("garbage", fault="garbage", note="put off: garbled"),
    Case("no answer in time", delay=0.6, status=500, note="put off: timeout"),
]  # fmt: skip


@pytest.fixture
def salon(claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch) -> SalonRows:
    """A salon; pauses are short, and whose keys they are is known from earlier answers."""
    for key in key_pool.known():
        key_pool.learn(key, KEYS[key.secret])
    monkeypatch.setattr("ai.claude.client.FIRST_PAUSE", 0.001)
    return SalonRows(language="en", work_start_minute=9 * 60, work_end_minute=21 * 60)


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Case:
    found: Case = request.param
    if found.delay:
        monkeypatch.setattr("ai.claude.client.ATTEMPT_SECONDS", 0.2)
        monkeypatch.setattr("ai.claude.client.LEAST_SECONDS", 0.1)
    return found


def sent(claude: ClaudeStandIn, kind: str) -> int:
    """How many requests of the kind reached the stand-in, answered or not; slow ones are waited for."""
    claude.wait_for("/v1/messages$", count=sum(len(turn.trace["calls"]) for turn in Turn.objects.all()))
    found = claude.log.find(path="/v1/messages$")
    return sum(1 for record in found if ("tools" in record.body) == (kind == RESPOND))


def assert_keys(case: Case) -> None:
    rows = list(KeyState.objects.all())
    assert {row.reason for row in rows} == {case.keys}
    assert {row.retired_at is not None for row in rows} == {case.dead}
    assert {row.cools_until is not None for row in rows} == {case.keys == "rate limit"}
    comes_back = case.keys in ("billing", "spend limit")
    assert {row.probe_at is not None for row in rows} == {comes_back}


def failures() -> int:
    return sum(Breaker.objects.values_list("failures", flat=True))


def waiting() -> Task | None:
    return Task.objects.filter(topic="dialogue.due", state="waiting").first()


def test_an_error_while_the_message_is_read(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, case: Case
) -> None:
    case.install(claude, UNDERSTAND)
    talk.write("manicure tomorrow please")
    run_due("dialogue.due")
    assert sent(claude, UNDERSTAND) == case.requests
    assert_keys(case)
    assert failures() == case.failures
    turn = Turn.objects.get()
    assert turn.note.startswith(case.note)
    assert turn.finished_at is not None
    assert [call["error"] for call in turn.trace["calls"]].count("") == 0
    {"requeued": assert_put_off, "menus": assert_menus}[case.first](talk, turn, case)


def assert_put_off(talk: Talk, turn: Turn, case: Case) -> None:
    """Nothing is said, the message waits, and the next failure brings the menus."""
    assert turn.outcome == "discarded"
    assert Message.objects.filter(direction="out").count() == 0
    task = waiting()
    assert task is not None
    assert case.wait[0] <= (task.due_at - timezone.now()).total_seconds() <= case.wait[1]
    assert task.attempts == (0 if case.keys == "rate limit" else 1)
    if case.keys == "rate limit":  # nobody's failure: it waits again, until the client has waited enough
        Message.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    Task.objects.update(due_at=timezone.now())
    assert "1." in talk.answer()
    last = Turn.objects.latest("pk")
    assert (last.mode, last.outcome) == ("guided", "replied")
    assert waiting() is None


def assert_menus(talk: Talk, turn: Turn, case: Case) -> None:
    """The client is led by menus in the same turn."""
    assert (turn.mode, turn.outcome) == ("guided", "replied")
    assert "1." in talk.deliver()
    assert waiting() is None
    assert Message.objects.get(direction="in").turn_id == turn.pk


def test_an_error_while_the_reply_is_written(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, case: Case
) -> None:
    day = salon.day()
    understood(claude, book=[salon.manicure.pk], day=day)
    case.install(claude, RESPOND)
    reply = talk.say("manicure tomorrow please")
    assert reply.startswith("Free times:")
    assert sent(claude, RESPOND) == case.requests
    assert failures() == case.failures
    turn = Turn.objects.get()
    assert (turn.mode, turn.outcome) == ("model", "replied")
    assert turn.note.startswith("reply from the facts: ")
    assert Turn.objects.count() == 1
    assert waiting() is None
    used = {row.reason for row in KeyState.objects.all()} - {""}
    assert used == ({case.keys} if case.keys else set())


@pytest.mark.parametrize("slug", ["salon-a", "salon-b", "salon-c", "salon-d", "salon-e", "salon-f"])
def test_one_organisation_that_cools_leaves_the_work_to_the_other(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, slug: str
) -> None:
    # The slug decides which key is asked first, so both organisations get their turn.
    salon.project.slug = slug
    salon.project.save()
    claude.script.add(Rule(status=429, headers={"retry-after": "3600"}))
    understood(claude, wants="smalltalk")
    responds(claude, "Hello!")
    assert talk.say("hi there") == "Hello!"
    assert Turn.objects.get().mode == "model"
    cooled = KeyState.objects.filter(cools_until__gt=timezone.now() + timedelta(minutes=50))
    assert len({key.organization for key in cooled}) == 1  # with however many keys it has


@pytest.mark.parametrize("slug", ["salon-a", "salon-b", "salon-c", "salon-d"])
def test_an_organisation_at_its_own_spend_limit_leaves_the_work_to_the_other(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, slug: str
) -> None:
    salon.project.slug = slug
    salon.project.save()
    spent = key_pool.choose(slug).organization
    claude.script.add(Rule(status=400, error={"message": OWN_LIMIT}))
    for _ in range(2):
        understood(claude, wants="smalltalk")
        responds(claude, "Hello!")
        assert talk.say("hi there") == "Hello!"
    assert set(Turn.objects.values_list("mode", "outcome")) == {("model", "replied")}
    requests = claude.log.find(path="/v1/messages$")
    assert [record.status for record in requests] == [400, *[200] * 6]
    assert {record.notes["organization"] for record in requests[1:]} == set(KEYS.values()) - {spent}
    for key in KeyState.objects.all():
        is_spent = key.organization == spent
        assert (key.retired_at is not None, key.probe_at is not None) == (is_spent, is_spent)
        assert key.reason == ("spend limit" if is_spent else "")


@pytest.mark.parametrize("status", [404, 529])
def test_a_model_that_fails_is_replaced_by_the_other(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, status: int
) -> None:
    fast, main = "claude-haiku-5-5", "claude-sonnet-5-5"
    claude.script.add(Rule(when={"kind": UNDERSTAND, "model": fast}, status=status, times=None))
    claude.script.add(Rule(when={"kind": RESPOND, "model": main}, status=status, times=None))
    understood(claude, wants="smalltalk")
    responds(claude, "Hello!")
    assert talk.say("hi there") == "Hello!"
    calls = Turn.objects.get().trace["calls"]
    good = [(call["kind"], call["model"]) for call in calls if not call["error"]]
    assert good == [(UNDERSTAND, main), (RESPOND, fast), ("check", fast)]


@pytest.mark.parametrize("kind", [UNDERSTAND, RESPOND])
def test_a_model_that_refuses_is_replaced_by_the_other(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, kind: str
) -> None:
    refusal = {"content": [], "stop_reason": "refusal", "stop_details": {"type": "refusal", "category": None}}
    claude.script.add(Rule(when={"kind": kind}, answer=refusal))
    understood(claude, wants="smalltalk")
    responds(claude, "Hello!")
    assert talk.say("hi there") == "Hello!"
    models = [call["model"] for call in Turn.objects.get().trace["calls"] if call["kind"] == kind]
    assert len(models) == len(set(models)) == 2


def test_the_circuit_opens_and_the_menus_answer_without_a_call(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    claude.faults.set([{"kind": "status", "status": 529}])
    for number in range(3):
        Talk(salon, contact_id=f"c-{number}9").write("hi there")
        run_due("dialogue.due")
    assert Breaker.objects.get().open_until is not None
    before = len(claude.log.find(path="/v1/messages$"))
    assert "1." in talk.say("hi there")
    assert len(claude.log.find(path="/v1/messages$")) == before
    assert Turn.objects.latest("pk").note == "circuit open"
