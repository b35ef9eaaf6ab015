"""Keys, retries and deadlines of the one seam to Claude, against the stand-in over HTTP."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ai.claude import breaker, key_pool
from ai.claude.client import Caller
from ai.claude.errors import BreakerOpen, Cooling, NoKey, Rejected, Unreachable
from ai.claude.models import knobs
from ai.models import Breaker, KeyState
from ai.tests.conftest import KEYS
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db
FAST, MAIN = "claude-haiku-5-5", "claude-sonnet-5-5"


def make_caller(*, seconds: float = 20, project: str = "salon") -> Caller:
    """A caller whose pauses take no time."""
    return Caller(project=project, seconds=seconds, sleep=lambda pause: None)


def make_request(text: str = "Hi") -> dict[str, Any]:
    """A minimal valid request for the fast model."""
    return {"max_tokens": 50, "messages": [{"role": "user", "content": text}]} | knobs(FAST)


def state_of(secret: str) -> KeyState:
    return KeyState.objects.get(fingerprint=key_pool.fingerprint(secret))


def rests_until(secret: str) -> datetime:
    """When the key may be used again; the beginning of time if it never rested."""
    return state_of(secret).cools_until or datetime.min.replace(tzinfo=UTC)


def label_used_first() -> str:
    """The secret that the pool gives to the project now."""
    return key_pool.choose("salon").secret


def test_it_answers_and_counts_tokens_and_cost(claude: ClaudeStandIn) -> None:
    claude.script.add(Rule(answer={"text": "Hello"}))
    caller = make_caller()
    reply = caller.ask("respond", FAST, make_request())
    assert reply.text == "Hello"
    (call,) = caller.calls
    assert call.usage.input_tokens > 0
    assert call.cost_usd > 0
    assert call.request_id.startswith("req_")
    assert caller.cost_usd == call.cost_usd


def test_the_organization_is_learned_from_the_headers(claude: ClaudeStandIn) -> None:
    first = label_used_first()
    make_caller().ask("respond", FAST, make_request())
    assert state_of(first).organization == KEYS[first]


def test_a_project_keeps_its_key_and_projects_spread(claude: ClaudeStandIn) -> None:
    chosen = {slug: key_pool.choose(slug).fingerprint for slug in map(str, range(60))}
    assert all(key_pool.choose(slug).fingerprint == mark for slug, mark in chosen.items())
    assert len(set(chosen.values())) == len(KEYS)


@pytest.mark.parametrize(("status", "reason"), [(401, "authentication"), (403, "permission")])
def test_a_refused_key_is_retired_and_the_next_one_answers(
    claude: ClaudeStandIn, status: int, reason: str
) -> None:
    first = label_used_first()
    claude.keys[first].status = status
    reply = make_caller().ask("respond", FAST, make_request())
    assert reply.pin.key.secret != first
    assert state_of(first).retired_at is not None
    assert state_of(first).reason == reason
    assert state_of(first).probe_at is None
    uses = claude.keys[first].uses
    make_caller().ask("respond", FAST, make_request())
    assert claude.keys[first].uses == uses


def test_a_402_retires_the_whole_organization(claude: ClaudeStandIn, settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = ["sk-one", "sk-two"]
    learn_all()
    first = label_used_first()
    claude.keys[first].status = 402
    with pytest.raises(NoKey):
        make_caller().ask("respond", FAST, make_request())
    assert {state_of(key).reason for key in ("sk-one", "sk-two")} == {"billing"}
    assert state_of("sk-one").probe_at is not None


def test_a_key_retired_for_money_is_probed_later_and_revived(
    claude: ClaudeStandIn, settings: Settings
) -> None:
    settings.CLAUDE_API_KEYS = ["sk-one"]
    claude.keys["sk-one"].status = 402
    with pytest.raises(NoKey):
        make_caller().ask("respond", FAST, make_request())
    claude.keys["sk-one"].status = 200
    with pytest.raises(NoKey):
        make_caller().ask("respond", FAST, make_request())
    KeyState.objects.update(probe_at=timezone.now() - timedelta(seconds=1))
    key_pool.forget_cache()
    make_caller().ask("respond", FAST, make_request())
    assert state_of("sk-one").retired_at is None


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
def test_a_spend_cap_retires_the_organization_and_is_not_repeated(
    claude: ClaudeStandIn, settings: Settings, code: str
) -> None:
    settings.CLAUDE_API_KEYS = ["sk-one", "sk-three"]
    learn_all()
    first = label_used_first()
    spent = {"message": "Spend limit", "details": {"error_code": code}}
    claude.script.add(Rule(status=429, error=spent))
    reply = make_caller().ask("respond", FAST, make_request())
    assert reply.pin.key.secret != first
    assert state_of(first).reason == "spend limit"
    assert len([record for record in claude.requests if record.status == 429]) == 1


def test_a_429_cools_every_key_of_the_organization_for_all_workers(
    claude: ClaudeStandIn, settings: Settings
) -> None:
    settings.CLAUDE_API_KEYS = ["sk-one", "sk-two"]
    learn_all()
    claude.script.add(Rule(status=429, headers={"retry-after": "3600"}))
    began = time.monotonic()
    with pytest.raises(Cooling) as cooling:
        make_caller().ask("respond", FAST, make_request())
    assert time.monotonic() - began < 5
    assert 3500 < cooling.value.seconds <= 3600
    assert all(rests_until(key) > timezone.now() for key in ("sk-one", "sk-two"))
    sent = len(claude.requests)
    with pytest.raises(Cooling):
        make_caller().ask("respond", FAST, make_request())
    assert len(claude.requests) == sent


def test_a_429_goes_over_to_another_organization(claude: ClaudeStandIn) -> None:
    learn_all()
    first = key_pool.choose("salon")
    claude.script.add(Rule(status=429, headers={"retry-after": "60"}))
    reply = make_caller().ask("respond", FAST, make_request())
    assert reply.pin.key.organization != first.organization


def test_a_longer_rest_is_not_cut_short_by_a_later_short_one(claude: ClaudeStandIn) -> None:
    key = key_pool.choose("salon")
    key_pool.cool(key, 600)
    key_pool.cool(key, 1)
    assert rests_until(key.secret) > timezone.now() + timedelta(seconds=500)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 529])
def test_passing_troubles_are_repeated_on_the_same_key(claude: ClaudeStandIn, status: int) -> None:
    first = label_used_first()
    claude.faults.set([{"kind": "status", "status": status, "times": 2}])
    caller = make_caller()
    reply = caller.ask("respond", FAST, make_request())
    assert reply.pin.key.secret == first
    assert len(caller.calls) == 3
    assert state_of(first).retired_at is None


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "garbage", "html"])
def test_cut_and_garbled_answers_are_repeated(claude: ClaudeStandIn, kind: str) -> None:
    claude.faults.set([{"kind": kind, "times": 1}])
    caller = make_caller()
    caller.ask("respond", FAST, make_request())
    assert len(caller.calls) == 2
    assert caller.calls[0].error


def test_retries_end_and_the_failure_is_counted(claude: ClaudeStandIn) -> None:
    claude.faults.set([{"kind": "status", "status": 529}])
    caller = make_caller()
    with pytest.raises(Unreachable):
        caller.ask("respond", FAST, make_request())
    assert len(caller.calls) == 3
    assert Breaker.objects.get().failures == 1


def test_the_circuit_opens_after_failures_in_a_row_and_closes_after_a_probe(claude: ClaudeStandIn) -> None:
    claude.faults.set([{"kind": "status", "status": 500}])
    for _ in range(breaker.THRESHOLD):
        with pytest.raises(Unreachable):
            make_caller().ask("respond", FAST, make_request())
    sent = len(claude.requests)
    with pytest.raises(BreakerOpen):
        make_caller().ask("respond", FAST, make_request())
    assert len(claude.requests) == sent
    claude.faults.set([])
    Breaker.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    breaker.forget_cache()
    make_caller().ask("respond", FAST, make_request())
    assert Breaker.objects.get().failures == 0


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_refused_request_is_not_repeated_and_harms_no_key(claude: ClaudeStandIn, status: int) -> None:
    first = label_used_first()
    claude.script.add(Rule(status=status, error={"message": "no"}))
    caller = make_caller()
    with pytest.raises(Rejected):
        caller.ask("respond", FAST, make_request())
    assert len(caller.calls) == 1
    assert state_of(first).retired_at is None


def test_a_slow_answer_ends_at_the_deadline_of_the_turn(claude: ClaudeStandIn) -> None:
    claude.delay = 30
    began = time.monotonic()
    with pytest.raises(Unreachable):
        make_caller(seconds=1.5).ask("respond", FAST, make_request())
    assert time.monotonic() - began < 6


def test_without_keys_nothing_is_asked(claude: ClaudeStandIn, settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = []
    with pytest.raises(NoKey):
        make_caller().ask("respond", FAST, make_request())
    assert claude.requests == []
    assert not key_pool.has_living_key()


def test_the_operator_puts_a_key_back_into_service(claude: ClaudeStandIn, admin_client: Client) -> None:
    key = key_pool.choose("salon")
    key_pool.retire(key, "authentication")
    row = KeyState.objects.get(fingerprint=key.fingerprint)
    action = {"action": "put_back_into_service", "_selected_action": [row.pk]}
    admin_client.post(reverse("admin:ai_keystate_changelist"), action)
    assert key_pool.choose("salon").fingerprint == key.fingerprint


def test_thinking_and_unknown_blocks_are_no_text(claude: ClaudeStandIn) -> None:
    content = [
        {"type": "thinking", "thinking": "", "signature": "c2ln"},
        {"type": "hologram", "text": "not for people"},
        {"type": "text", "text": "Hello"},
    ]
    claude.script.add(Rule(answer={"content": content}))
    assert make_caller().ask("respond", FAST, make_request()).text == "Hello"


def test_many_threads_share_the_connections_without_mixing_answers(claude: ClaudeStandIn) -> None:
    claude.script.add(Rule(call=lambda body: {"text": body["messages"][0]["content"]}, times=None))
    key = key_pool.choose("salon")
    answers: dict[str, str] = {}

    def ask(text: str) -> None:
        from ai.claude.transport import client

        message = client(key.secret, 10).messages.create(model=FAST, **make_request(text))
        answers[text] = "".join(block.text for block in message.content if block.type == "text")

    threads = [threading.Thread(target=ask, args=(f"text {number}",)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {text: text for text in answers}
    assert len(answers) == 24


def learn_all() -> None:
    """Let every configured key answer once, so that its organisation is known."""
    for key in key_pool.known():
        key_pool.learn(key, KEYS[key.secret])
