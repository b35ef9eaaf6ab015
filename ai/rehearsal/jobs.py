"""What the outbox runs: one answer at a time, so that the page sees each as it comes."""

import logging
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from ai.claude import budget
from ai.claude.errors import ClaudeError
from ai.claude.tally import tally_of
from ai.models import Rehearsal
from ai.rehearsal import chat, questions, scenarios
from ai.rehearsal.playing import Callers
from ai.rehearsal.starting import TOPIC
from ai.turn.beginning import no_model
from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim, held

log = logging.getLogger(__name__)
KEPT = timedelta(days=1)
_RESERVE = 10.0


def rehearse(claim: Claim) -> None:
    """Answer what is next of a rehearsal (the key); the last one ends it."""
    row = _running(claim.key)
    if row is None:
        return
    reason = no_model(row.project)
    if reason:
        _end(claim, row, Rehearsal.State.FAILED, reason)
        return
    callers = Callers(project=row.project.slug, left=lambda: claim.remaining() - _RESERVE)
    try:
        state, note = _advance(row, callers), ""
    except ClaudeError as error:
        log.warning("a rehearsal got no answer", extra={"reason": error.reason})
        state, note = Rehearsal.State.FAILED, f"{type(error).__name__}: {error.reason}"
    finally:
        budget.spent_more(project=row.project, cost=callers.cost_usd)
    _count(row, callers)
    _end(claim, row, state, note)


def _running(key: str) -> Rehearsal | None:
    rows = Rehearsal.objects.select_related("project__assistant_settings", "project__booking_rules")
    return rows.filter(pk=int(key), state=Rehearsal.State.RUNNING, prompt__isnull=False).first()


def _advance(row: Rehearsal, callers: Callers) -> Rehearsal.State:
    """Answer one thing; returns whether more is to come."""
    if row.kind == Rehearsal.Kind.CHAT:
        chat.answer(row, row.content, callers.new())
        return Rehearsal.State.DONE
    is_asked_again = row.kind == Rehearsal.Kind.QUESTIONS
    if row.content is None:
        gather = questions.gather if is_asked_again else scenarios.gather
        row.content = {"rows": gather(row.project)}
    left = next((one for one in row.content["rows"] if one["new"] is None), None)
    if left is not None and is_asked_again:
        questions.answer(row, left, callers)
    elif left is not None:
        scenarios.answer(row, left, callers.new())
    is_more = any(one["new"] is None for one in row.content["rows"])
    return Rehearsal.State.RUNNING if is_more else Rehearsal.State.DONE


def _count(row: Rehearsal, callers: Callers) -> None:
    """Add what the calls cost to the row."""
    row.cost_usd += callers.cost_usd
    calls = {(one["kind"], one["model"]): one for one in row.tally.get("calls", [])}
    for one in tally_of(callers.calls).get("calls", []):
        known = calls.setdefault((one["kind"], one["model"]), {**one, "calls": 0, "tokens": 0, "usd": "0"})
        known["calls"] += one["calls"]
        known["tokens"] += one["tokens"]
        known["usd"] = str(Decimal(known["usd"]) + Decimal(one["usd"]))
    row.tally = {"calls": list(calls.values())} if calls else {}


def _end(claim: Claim, row: Rehearsal, state: Rehearsal.State, note: str) -> None:
    """Write what this run came to; a rehearsal with more to answer comes back."""
    with held(claim):
        row.state, row.note = state, note[:200]
        row.save(update_fields=["content", "state", "note", "cost_usd", "tally"])
        if state == Rehearsal.State.RUNNING:
            outbox.put(TOPIC, key=str(row.pk), project=row.project)


def give_up(claim: Claim, reason: str) -> None:
    """A run that fails again and again: the page says so."""
    running = Rehearsal.objects.filter(pk=int(claim.key), state=Rehearsal.State.RUNNING)
    running.update(state=Rehearsal.State.FAILED, note=reason[:200])


def forget_old(claim: Claim) -> None:
    """Empty what was tried more than a day ago; what it cost stays in the bill."""
    old = Rehearsal.objects.filter(created_at__lt=timezone.now() - KEPT, prompt__isnull=False)
    old.update(prompt=None, content=None)
    stuck = Rehearsal.objects.filter(created_at__lt=timezone.now() - KEPT, state=Rehearsal.State.RUNNING)
    stuck.update(state=Rehearsal.State.FAILED, note="interrupted")
