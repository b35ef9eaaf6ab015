"""Understanding while the client's pause still runs: used if nothing newer came, never in the way."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from ai.claude import budget
from ai.models import Breaker, EarlyReading, PromptVersion, Turn
from ai.prompts.versions import publish_prompt
from ai.proposals.jobs import expire_proposals
from ai.tests.factories import SalonRows, Talk, bodies, hold_clocked_caches, make_form, responds, understood
from botbackend.outbox import leases
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_claim
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db(transaction=True)

AHEAD, DUE = "dialogue.pausing", "dialogue.due"
PAUSE = timedelta(seconds=30)  # long enough for a slow machine to read ahead in
WISH = "could I have a manicure tomorrow at 15:00?"


@pytest.fixture
def salon() -> SalonRows:
    pause = PAUSE.total_seconds()
    hours = {"work_start_minute": 9 * 60, "work_end_minute": 21 * 60}
    return SalonRows(language="en", debounce_seconds=pause, max_wait_seconds=2 * pause, **hours)


def reads(claude: ClaudeStandIn, salon: SalonRows, clock: str = "15:00") -> None:
    """Script one reading of a clear wish."""
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True)


def after_the_pause(talk: Talk) -> str:
    """Let the pause pass and the lane answer."""
    with time_machine.travel(timezone.now() + PAUSE):
        return talk.answer()


def readings(claude: ClaudeStandIn) -> int:
    return len(bodies(claude, "understand"))


def only_turn() -> Turn:
    return Turn.objects.get()


def meanwhile(claude: ClaudeStandIn, happens: Callable[[], object], **form: Any) -> None:
    """Answer the next understand call after something happened elsewhere."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        try:
            happens()
        finally:
            connection.close()  # this is a thread of the stand-in
        return {"json": make_form(**form)}

    claude.script.add(Rule(when={"kind": "understand"}, call=answer))


def test_a_plain_booking_needs_no_call_once_the_pause_is_over(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    assert (readings(claude), run_due(DUE)) == (1, 0)
    assert Message.objects.filter(direction="out").count() == Turn.objects.count() == 0
    assert "at 15:00, 600" in after_the_pause(talk)
    assert [record.notes["kind"] for record in claude.log.find(path="/v1/messages$")] == ["understand"]
    assert EarlyReading.objects.count() == 0


def test_a_question_costs_a_reply_and_a_check_once_the_pause_is_over(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question")
    responds(claude, "We are happy to see you.")
    talk.pause("do you like guests?")
    run_due(AHEAD)
    before = len(bodies(claude))
    assert after_the_pause(talk) == "We are happy to see you."
    kinds = [record.notes["kind"] for record in claude.log.find(path="/v1/messages$")[before:]]
    assert kinds == ["respond", "check"]


def test_the_turn_tells_that_it_was_read_ahead_and_what_that_cost(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reads(claude, salon)
    message = talk.pause(WISH)
    run_due(AHEAD)
    kept = EarlyReading.objects.get().content
    assert kept["messages"] == [message.pk]
    after_the_pause(talk)
    turn = only_turn()
    (call,) = turn.trace["calls"]
    assert call == kept["calls"][0] | {"early": "used"}
    assert (turn.calls, turn.cost_usd) == (1, Decimal(call["cost_usd"]))
    assert turn.cost_usd > 0
    assert turn.trace["understanding"]["wishes"]


def test_what_was_read_ahead_is_dropped_and_paid_when_something_newer_comes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    reads(claude, salon, "16:00")
    talk.pause("or rather at 16:00")
    assert "at 16:00, 600" in after_the_pause(talk)
    assert readings(claude) == 2
    calls = only_turn().trace["calls"]
    assert [call.get("early", "") for call in calls] == ["dropped", ""]
    assert only_turn().cost_usd == sum(Decimal(call["cost_usd"]) for call in calls)


def test_each_piece_of_a_burst_is_read_with_those_before_it_but_not_for_ever(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    for text in ("hello", "a manicure", "tomorrow", "at 15:00", "please"):
        reads(claude, salon)
        talk.pause(text)
        run_due(AHEAD)
    assert readings(claude) == 3
    assert "at 15:00, 600" in after_the_pause(talk)
    assert readings(claude) == 4


def test_an_edited_message_is_read_anew(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    reads(claude, salon)
    message = talk.pause(WISH)
    run_due(AHEAD)
    Message.objects.filter(pk=message.pk).update(text=WISH.replace("15", "17"), edited_at=timezone.now())
    reads(claude, salon, "17:00")
    assert "at 17:00, 600" in after_the_pause(talk)
    assert readings(claude) == 2


def test_a_prompt_that_was_changed_meanwhile_is_asked_with(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    publish_prompt(project=salon.project, name=PromptVersion.Name.INTENT, text="Read well.", author=None)
    reads(claude, salon)
    after_the_pause(talk)
    assert readings(claude) == 2


def test_the_turn_asks_by_itself_when_claude_gave_nothing_ahead(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    claude.script.add(Rule(status=400, when={"kind": "understand"}, error={"type": "invalid_request_error"}))
    talk.pause(WISH)
    run_due(AHEAD)
    assert EarlyReading.objects.count() == Task.objects.filter(topic=AHEAD).count() == 0
    reads(claude, salon)
    assert "at 15:00, 600" in after_the_pause(talk)


def test_an_answer_that_is_no_form_is_paid_and_not_used(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    claude.script.add(Rule(when={"kind": "understand"}, answer={"text": "I would rather talk."}))
    talk.pause(WISH)
    run_due(AHEAD)
    reads(claude, salon)
    assert "at 15:00, 600" in after_the_pause(talk)
    assert [call.get("early", "") for call in only_turn().trace["calls"]] == ["dropped", ""]


@pytest.mark.parametrize(
    "lack", ["no key", "open circuit", "no budget", "no pause", "a person", "a greeting"]
)
def test_nothing_is_asked_ahead_where_the_turn_would_not_ask_or_has_no_pause(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, settings: Settings, lack: str
) -> None:
    hour = timezone.now() + timedelta(hours=1)
    if lack == "no key":
        settings.CLAUDE_API_KEYS = []
    elif lack == "open circuit":
        Breaker.objects.update_or_create(name="claude", defaults={"failures": 5, "open_until": hour})
    elif lack == "no budget":
        change_settings(salon.project, monthly_budget_usd=Decimal(0))
    elif lack == "no pause":
        change_settings(salon.project, debounce_seconds=0)
    elif lack == "a person":
        Dialogue.objects.update(mode=Dialogue.Mode.HUMAN, human_until=hour)
    talk.pause(WISH, kind="start" if lack == "a greeting" else "text")
    run_due(AHEAD)
    assert bodies(claude) == []


def test_a_task_that_comes_when_the_pause_is_all_but_over_asks_nothing(
    claude: ClaudeStandIn, talk: Talk
) -> None:
    talk.pause(WISH)
    with time_machine.travel(timezone.now() + PAUSE - timedelta(seconds=1)):
        assert run_due(AHEAD) == 1
    assert bodies(claude) == []


def test_one_dialogue_is_read_ahead_by_one_worker_at_a_time(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    taken = list[int]()

    def another_worker_looks() -> None:
        talk.pause("please")
        taken.append(len(leases.claim_due(None, 5, topic=AHEAD)))

    meanwhile(claude, another_worker_looks, wants="smalltalk")
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    assert taken == [0]
    assert readings(claude) == 2
    assert "at 15:00, 600" in after_the_pause(talk)


def test_a_turn_does_not_wait_for_a_reading_that_is_late(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reply = list[str]()
    reads_late = {"book": [salon.manicure.pk], "day": salon.day(), "time_from": "15:00", "exact": True}
    meanwhile(claude, lambda: reply.append(after_the_pause(talk)), **reads_late)
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    assert "at 15:00, 600" in reply[0]
    assert (readings(claude), len(salon.visits())) == (2, 0)
    # What came too late is on the bill all the same.
    assert EarlyReading.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        expire_proposals(make_claim("clock"))
    assert EarlyReading.objects.count() == 0
    late = Turn.objects.get(note="read ahead, not answered")
    assert (late.outcome, late.calls) == ("skipped", 1)
    assert late.cost_usd > 0


def test_a_worker_that_is_killed_while_it_reads_ahead_costs_nobody_the_reply(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    talk.pause(WISH)
    assert len(leases.claim_due(None, 1, topic=AHEAD)) == 1  # and then the process is gone
    reads(claude, salon)
    assert "at 15:00, 600" in after_the_pause(talk)
    Task.objects.filter(topic=AHEAD).update(lease_until=timezone.now() - timedelta(seconds=1))
    run_due(AHEAD)
    assert (readings(claude), Task.objects.filter(topic=AHEAD).count()) == (1, 0)


def test_a_worker_that_is_killed_after_it_kept_its_reading_is_not_repeated(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    reads(claude, salon)
    talk.pause(WISH)
    task = Task.objects.get(topic=AHEAD)
    run_due(AHEAD)
    task.save(force_insert=True)  # as if the end of the run had not been noted
    run_due(AHEAD)
    assert readings(claude) == 1
    assert "at 15:00, 600" in after_the_pause(talk)


def test_a_turn_with_what_was_read_ahead_keeps_within_its_statements(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_clocked_caches(monkeypatch)
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="13:00", time_to="17:00")
    responds(claude, "Which time suits you?")
    talk.pause("manicure tomorrow afternoon")
    run_due(AHEAD)
    with time_machine.travel(timezone.now() + PAUSE), CaptureQueriesContext(connection) as found:
        run_due(DUE, until_empty=False)
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    run = [query["sql"] for query in found.captured_queries if not query["sql"].startswith(frame)]
    assert readings(claude) == 1
    assert len([sql for sql in run if "outbox_task" not in sql]) <= 30


def test_the_budget_counts_what_was_read_ahead_at_once(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, settings: Settings
) -> None:
    settings.CLAUDE_MODEL_FAST = "claude-opus-5-5"  # one call is dearer than the ceiling
    change_settings(salon.project, monthly_budget_usd=Decimal("0.01"))
    assert not budget.is_spent(project=salon.project)
    reads(claude, salon)
    talk.pause(WISH)
    run_due(AHEAD)
    assert budget.is_spent(project=salon.project)
