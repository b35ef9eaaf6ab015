"""What a draft intends, turned into rows: holds, proposals, bookings; and the words that tell of it.

Everything here runs inside the turn's one transaction, with the lane's row locked.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.models import Proposal
from ai.proposals import lifecycle
from ai.turn.drafts import Accept, Action, BookNow, Decline, Propose, TurnContext
from ai.wording.render import card, receipt, refusal, say_text
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.operations import activate_booking, change_booking, hold_slots, reject_booking
from bookings.operations.preconditions import check_deadline
from bookings.selectors import active_visits
from bookings.values import Item, Origin, VisitChange, VisitRequest

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
    refused: bool = False


def perform(*, context: TurnContext, action: Action, lead: str) -> Done:
    """Carry out an action; `lead` are the words before its card. Refusals of the engine become words."""
    try:
        return _perform(context, action, lead)
    except BookingError as error:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
        return _refused(context, error)


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
    before = _own_visits(context, proposal.details.get("booking_ids", []))
    held = list(proposal.holds.with_names())
    rows = before if proposal.kind == Proposal.Kind.CANCEL else held
    if not rows or any(row.status == Booking.Status.CANCELLED for row in rows):
        return None
    if proposal.kind == Proposal.Kind.CHANGE:
        _keep_price(rows[0], before[0])
    guest = str(proposal.details.get("guest_name") or "")
    return Done(_card(context, proposal.kind, rows, before, guest), shown=proposal)


# Proposing
def _propose(context: TurnContext, wish: Propose, lead: str) -> Done:
    before = _own_visits(context, wish.booking_ids)
    rows = _shown_rows(context, wish, before)
    guest = wish.guest_name or (before[0].guest_name if wish.kind == "change" else "")
    details = {
        "shown": lifecycle.snapshot(rows, context.project),
        "before": lifecycle.snapshot(before, context.project),
        "names": [name for row in rows for one in (row.service, row.specialist) for name in one.all_names()],
        "booking_ids": [visit.pk for visit in before],
        "items": [_item_json(row) for row in rows] if wish.kind != "cancel" else [],
        "service_id": wish.service_id,
        "guest_name": wish.guest_name,
        "guest_phone": wish.guest_phone,
        "photo_url": wish.photo_url,
    }
    text = _joined(lead, _card(context, wish.kind, rows, before, guest))
    opening = Opening(wish.kind, details, () if wish.kind == "cancel" else tuple(rows))
    return Done(text, opening, operations=[{"operation": f"propose_{wish.kind}"}])


def _shown_rows(context: TurnContext, wish: Propose, before: Sequence[Booking]) -> list[Booking]:
    """Hold what the card will show; for a cancellation these are the visits themselves."""
    replaced = lifecycle.hold_ids(dialogue=context.dialogue)
    if wish.kind == "cancel":
        for visit in before:
            check_deadline(context.project, visit, _origin(context), timezone.now())
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
        return list(before)
    moving = before[0] if wish.kind == "change" else None
    held = hold_slots(
        request=VisitRequest(
            project=context.project,
            client=context.client,
            items=wish.items if moving is None else [_moved(moving, wish)],
            origin=_origin(context),
            hold_ids=replaced,
        ),
        until=timezone.now() + lifecycle.HOLD,
        moving=moving,
    )
    held = _own_visits(context, [row.pk for row in held])
    if moving is not None:
        _keep_price(held[0], moving)
    return held


def _moved(visit: Booking, wish: Propose) -> Item:
    specialist = wish.specialist_id if wish.specialist_id is not None else visit.specialist_id
    return Item(wish.service_id or visit.service_id, specialist, wish.start or visit.start)


def _keep_price(held: Booking, visit: Booking) -> None:
    """A move alone keeps the price of the day of booking; the card shows what the receipt will."""
    if (held.service_id, held.specialist_id) == (visit.service_id, visit.specialist_id):
        held.full_price = visit.full_price


def _item_json(row: Booking) -> dict[str, Any]:
    return {
        "service_id": row.service_id,
        "specialist_id": row.specialist_id,
        "start": row.start.isoformat(),
    }


# Answering a proposal
def _accept(context: TurnContext, action: Accept) -> Done:
    proposal = lifecycle.lock_proposal(dialogue=context.dialogue, proposal_id=action.proposal_id)
    if proposal is None:
        return Done(_say(context, "proposal_expired"))
    before = _own_visits(context, proposal.details["booking_ids"])
    if lifecycle.snapshot(before, context.project) != proposal.details["before"]:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD)
        return Done(_joined(_say(context, "refused_wrong_status"), _visits_text(context)))
    old = [copy.copy(visit) for visit in before]
    rows = _commit(context, proposal, before)
    lifecycle.close(dialogue=context.dialogue, state=Proposal.State.ACCEPTED, keep_holds=True)
    text = receipt(
        project=context.project, language=context.language, kind=proposal.kind, bookings=rows, before=old
    )
    done = {"operation": proposal.kind, "bookings": [row.pk for row in rows], "proposal": proposal.pk}
    return Done(text, operations=[done])


def _commit(context: TurnContext, proposal: Proposal, before: Sequence[Booking]) -> list[Booking]:
    hold_ids = lifecycle.hold_ids(dialogue=context.dialogue)
    details = proposal.details
    if proposal.kind == Proposal.Kind.BOOK:
        return activate_booking(
            request=VisitRequest(
                project=context.project,
                client=context.client,
                items=[_item(one) for one in details["items"]],
                origin=_origin(context),
                idempotency_key=_key(context, 0),
                guest_name=details["guest_name"],
                guest_phone=details["guest_phone"],
                photo_url=details["photo_url"],
                hold_ids=hold_ids,
            )
        )
    if proposal.kind == Proposal.Kind.CHANGE:
        item = _item(details["items"][0])
        moved = change_booking(
            project=context.project,
            booking_id=before[0].pk,
            origin=_origin(context),
            idempotency_key=_key(context, 0),
            client=context.client,
            change=VisitChange(
                start=item.start,
                service_id=details["service_id"],
                specialist_id=item.specialist_id,
                hold_ids=hold_ids,
            ),
        )
        return [moved]
    with transaction.atomic():  # of several cancellations all or none
        return [
            reject_booking(
                project=context.project,
                booking_id=visit.pk,
                origin=_origin(context),
                idempotency_key=_key(context, index),
                client=context.client,
            )
            for index, visit in enumerate(before)
        ]


def _item(one: dict[str, Any]) -> Item:
    return Item(one["service_id"], one["specialist_id"], lifecycle.moment_of(one))


def _decline(context: TurnContext, action: Decline, lead: str) -> Done:
    """Close what was declined; `lead`, where there is one, says more than that nothing changes."""
    if lifecycle.lock_proposal(dialogue=context.dialogue, proposal_id=action.proposal_id) is not None:
        lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DECLINED)
    return Done(lead or _say(context, "declined"), operations=[{"operation": "decline"}])


def _book_now(context: TurnContext, action: BookNow) -> Done:
    holds = lifecycle.hold_ids(dialogue=context.dialogue)
    rows = activate_booking(
        request=VisitRequest(
            project=context.project,
            client=context.client,
            items=action.items,
            origin=_origin(context),
            idempotency_key=_key(context, 0),
            guest_name=action.guest_name,
            guest_phone=action.guest_phone,
            photo_url=action.photo_url,
            hold_ids=holds,
        )
    )
    lifecycle.close(dialogue=context.dialogue, state=Proposal.State.DEAD, keep_holds=True)
    text = receipt(project=context.project, language=context.language, kind="book", bookings=rows)
    return Done(text, operations=[{"operation": "book", "bookings": [row.pk for row in rows]}])


def _refused(context: TurnContext, error: BookingError) -> Done:
    text = refusal(project=context.project, language=context.language, error=error)
    question = f"the chat could not do it: {error.code}" if error.code in _FOR_STAFF else ""
    operation = {"operation": "refused", "code": error.code}
    return Done(text, operations=[operation], question=question, refused=True)


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
    context: TurnContext, kind: str, rows: Sequence[Booking], before: Sequence[Booking], guest: str
) -> str:
    return card(
        project=context.project,
        language=context.language,
        kind=kind,
        bookings=rows,
        before=before if kind == "change" else (),
        guest_name=guest,
    )


def _say(context: TurnContext, key: str, **values: Any) -> str:
    return say_text(project=context.project, language=context.language, key=key, **values)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _origin(context: TurnContext) -> Origin:
    return Origin(source=Booking.Source.BOT, actor=f"turn {context.turn.pk}")


def _key(context: TurnContext, index: int) -> str:
    return f"turn:{context.turn.pk}:{index}"
