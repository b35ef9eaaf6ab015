"""What a draft intends, turned into rows: holds, proposals, bookings; and the words that tell of it.

Everything here runs inside the turn's one transaction, with the lane's row locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ai.models import Proposal
from ai.proposals import lifecycle
from ai.proposals.commitment import book, commit, holds_by_visit, origin_of, requests_of
from ai.proposals.details import cancelled_ids, visits_json
from ai.turn.drafts import Accept, Action, BookNow, Decline, Propose, TaskKind, TurnContext
from ai.wording.render import card, receipt, refusal, say_text
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.operations import hold_visits
from bookings.operations.preconditions import check_deadline
from bookings.selectors import active_visits
from bookings.values import Item, VisitRequest

LEAST_TO_SHOW = timedelta(seconds=30)
_FOR_STAFF = {"client_blocked", "past_deadline"}


@dataclass(frozen=True)
class Opening:
    """A proposal that is to be stored with the message that shows it."""

    kind: str
    details: dict[str, Any]
    holds: tuple[Booking, ...] = ()


@dataclass
class Done:
    """What came of an action: the words, the proposal they show, and what the trace keeps.

    `opening` is a new proposal, `shown` an older one that is shown again. `question` is what staff have to
    look at because the chat could not do it.
    """

    text: str
    opening: Opening | None = None
    shown: Proposal | None = None
    operations: list[dict[str, Any]] = field(default_factory=list)
    question: str = ""
    task: TaskKind = "question"
    refused: bool = False


def perform(*, context: TurnContext, action: Action, lead: str) -> Done:
    """Carry out an action; `lead` are the words before its card. Refusals of the engine become words."""
    try:
        return _perform(context, action, lead)
    except BookingError as error:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
        return _refused(context, error, action)


def _perform(context: TurnContext, action: Action, lead: str) -> Done:
    if isinstance(action, Propose):
        return _propose(context, action, lead)
    if isinstance(action, Accept):
        return _accept(context, action)
    if isinstance(action, Decline):
        return _decline(context, action, lead)
    return _book_now(context, action)


def show_again(*, context: TurnContext) -> Done | None:
    """Return the card of the open proposal, so that a coming yes has only one meaning; None without one."""
    proposal = lifecycle.open_proposal(dialogue=context.dialogue, now=timezone.now() + LEAST_TO_SHOW)
    if proposal is None:
        return None
    if lifecycle.was_declined(dialogue=context.dialogue, details=proposal.details):
        return None
    before = _own_visits(context, proposal.details.get("booking_ids", []))
    rows = before if proposal.kind == Proposal.Kind.CANCEL else list(proposal.holds.with_names())
    if not rows or any(row.status == Booking.Status.CANCELLED for row in rows):
        return None
    if proposal.kind == Proposal.Kind.CHANGE:
        visits = {visit.pk: visit for visit in before}
        for number, row in holds_by_visit(proposal, rows).items():
            _show_as_moved(row, visits[number])
    gone = cancelled_ids(proposal.details)
    leaving = [visit for visit in before if visit.pk in gone]
    return Done(_card(context, proposal.kind, rows, before, leaving), shown=proposal)


# Proposing
def _propose(context: TurnContext, wish: Propose, lead: str) -> Done:
    before = _own_visits(context, wish.all_ids)
    leaving = [visit for visit in before if visit.pk in wish.cancels]
    by_visit = {one.booking_ids[0]: one for one in wish.changes} if wish.kind == "change" else {}
    if wish.kind == "cancel":
        visits = _to_cancel(context, before)
    elif by_visit:
        moves = [(visit, by_visit[visit.pk]) for visit in before if visit.pk in by_visit]
        visits = _held_moves(context, moves, leaving)
    else:
        visits = _held(context, wish)
    rows = [row for visit in visits for row in visit]
    is_new = wish.kind != "cancel"
    details = {
        "shown": lifecycle.snapshot(rows, context.project),
        "before": lifecycle.snapshot(before, context.project),
        "names": [name for row in rows for one in (row.service, row.specialist) for name in one.all_names()],
        "booking_ids": [visit.pk for visit in before],
        "cancel_ids": [visit.pk for visit in leaving],
        "visits": visits_json(visits) if is_new else [],
        "service_id": wish.service_id,
        "service_ids": [by_visit[visit.pk].service_id for visit in before if visit.pk in by_visit],
        "guest_phone": wish.guest_phone,
        "note": wish.note,
        "photo_url": wish.photo_url,
        "rest": list(wish.rest),
    }
    text = _joined(lead, _card(context, wish.kind, rows, before, leaving))
    opening = Opening(wish.kind, details, tuple(rows) if is_new else ())
    return Done(text, opening, operations=[{"operation": f"propose_{wish.kind}"}])


def _to_cancel(context: TurnContext, before: list[Booking]) -> list[list[Booking]]:
    """Return what the card will show of visits that are to be cancelled: themselves, nothing is held."""
    for visit in before:
        check_deadline(context.project, visit, origin_of(context), timezone.now())
    lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
    return [before]


def _held_moves(
    context: TurnContext, moves: Sequence[tuple[Booking, Propose]], leaving: Sequence[Booking]
) -> list[list[Booking]]:
    """Hold the new place of every visit, or of none: each may take what another of them leaves."""
    replaced = lifecycle.hold_ids(dialogue=context.dialogue)
    requests: list[VisitRequest] = []
    for visit, change in moves:
        wish = replace(change, visits=((_moved(visit, change),),))
        requests += requests_of(context, wish, holds=[[] if requests else replaced])
    held = hold_visits(
        requests=requests,
        until=timezone.now() + lifecycle.HOLD,
        moving=[visit for visit, _ in moves],
        leaving=leaving,
    )
    shown = _with_names(context, held)
    for (row,), (visit, _) in zip(shown, moves, strict=True):
        _show_as_moved(row, visit)
    return shown


def _held(context: TurnContext, wish: Propose) -> list[list[Booking]]:
    """Hold what the card will show; what an older card held is let go."""
    replaced = lifecycle.hold_ids(dialogue=context.dialogue)
    until = timezone.now() + lifecycle.HOLD
    return _with_names(
        context, hold_visits(requests=requests_of(context, wish, holds=[replaced]), until=until)
    )


def _with_names(context: TurnContext, held: Sequence[Sequence[Booking]]) -> list[list[Booking]]:
    named = {row.pk: row for row in _own_visits(context, [row.pk for rows in held for row in rows])}
    return [[named[row.pk] for row in rows] for rows in held]


def _moved(visit: Booking, wish: Propose) -> Item:
    specialist = wish.specialist_id if wish.specialist_id is not None else visit.specialist_id
    return Item(wish.service_id or visit.service_id, specialist, wish.start or visit.start)


def _show_as_moved(held: Booking, visit: Booking) -> None:
    """Let the hold show what the receipt will: a move alone keeps the price, all keep guest and remarks."""
    if (held.service_id, held.specialist_id) == (visit.service_id, visit.specialist_id):
        held.full_price = visit.full_price
    remarks = held.note
    held.guest_name, held.note = visit.guest_name, visit.note
    held.add_remarks(remarks)


# Answering a proposal
def _accept(context: TurnContext, action: Accept) -> Done:
    proposal = lifecycle.lock_proposal(dialogue=context.dialogue, proposal_id=action.proposal_id)
    if proposal is None:
        return Done(_say(context, "proposal_expired"))
    before = _own_visits(context, proposal.details["booking_ids"])
    if lifecycle.snapshot(before, context.project) != proposal.details["before"]:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
        return Done(_joined(_say(context, "refused_wrong_status"), _visits_text(context)))
    rows = commit(context, proposal, before, action)
    lifecycle.close(dialogue=context.dialogue, state=Proposal.State.ACCEPTED, keep_holds=True)
    gone = cancelled_ids(proposal.details)
    was = [visit for visit in before if visit.pk not in gone]
    text = receipt(
        project=context.project,
        language=context.language,
        kind=proposal.kind,
        bookings=[row for row in rows if row.pk not in gone],
        before=was if proposal.kind == Proposal.Kind.CHANGE else (),
        cancelled=[row for row in rows if row.pk in gone],
    )
    done = {"operation": proposal.kind, "bookings": [row.pk for row in rows], "proposal": proposal.pk}
    return Done(text, operations=[done])


def _decline(context: TurnContext, action: Decline, lead: str) -> Done:
    """Close what was declined; `lead`, where there is one, says more than that nothing changes."""
    if lifecycle.lock_proposal(dialogue=context.dialogue, proposal_id=action.proposal_id) is not None:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DECLINED)
    return Done(lead or _say(context, "declined"), operations=[{"operation": "decline"}])


def _book_now(context: TurnContext, action: BookNow) -> Done:
    holds = lifecycle.hold_ids(dialogue=context.dialogue)
    rows = book(context, action, holds=[holds])
    lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD, keep_holds=True)
    text = receipt(project=context.project, language=context.language, kind="book", bookings=rows)
    return Done(text, operations=[{"operation": "book", "bookings": [row.pk for row in rows]}])


def _refused(context: TurnContext, error: BookingError, action: Action) -> Done:
    kind = _kind_of(action)
    text = refusal(project=context.project, language=context.language, error=error, kind=kind)
    question = f"the chat could not do it: {error.code}" if error.code in _FOR_STAFF else ""
    operation = {"operation": "refused", "code": error.code}
    late: TaskKind = "late_cancellation" if kind == "cancel" else "change"
    task = late if error.code == "past_deadline" else "question"
    return Done(text, operations=[operation], question=question, task=task, refused=True)


def _kind_of(action: Action) -> str:
    """Return what the card is for that was to be shown or was said yes to."""
    if isinstance(action, Accept):
        return Proposal.objects.values_list("kind", flat=True).filter(pk=action.proposal_id).first() or ""
    return action.kind if isinstance(action, Propose) else "book"


# Small things
def _own_visits(context: TurnContext, ids: Sequence[int]) -> list[Booking]:
    """Return the client's own rows of these ids, by start; another client's are not found."""
    if not ids:
        return []
    own = Booking.objects.filter(project=context.project, pk__in=ids)
    return own.of_client(context.client)


def _visits_text(context: TurnContext) -> str:
    visits = active_visits(client=context.client)
    return _say(context, "my_visits", bookings=visits) if visits else _say(context, "no_visits")


def _card(
    context: TurnContext,
    kind: str,
    rows: Sequence[Booking],
    before: Sequence[Booking],
    leaving: Sequence[Booking] = (),
) -> str:
    return card(
        project=context.project,
        language=context.language,
        kind=kind,
        bookings=rows,
        before=[visit for visit in before if visit not in leaving] if kind == "change" else (),
        cancelled=leaving,
    )


def _say(context: TurnContext, key: str, **values: Any) -> str:
    return say_text(project=context.project, language=context.language, key=key, **values)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
