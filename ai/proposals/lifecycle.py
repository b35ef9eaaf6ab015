"""What the client was shown and may say yes to: opened, expired, killed. Rows only, no texts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from ai.models import Proposal, Turn
from ai.proposals.details import same_offer
from bookings.models import Booking
from bookings.operations import release_holds
from dialogues.models import Dialogue, Message
from projects.models import Project

HOLD = timedelta(minutes=10)
_REMEMBERED = timedelta(hours=24)
_SHOWN = (Message.State.SENDING, Message.State.SENT, Message.State.UNCERTAIN)
_Held = Proposal.holds.through


def open_proposal(*, dialogue: Dialogue, now: datetime | None = None) -> Proposal | None:
    """Return the one open proposal that has not expired."""
    if dialogue.awaits_answer_until is None:
        return None
    still = Proposal.objects.filter(dialogue=dialogue, state=Proposal.State.OPEN)
    return still.filter(expires_at__gt=now or timezone.now()).order_by("pk").first()


def lock_proposal(*, dialogue: Dialogue, proposal_id: int) -> Proposal | None:
    """Lock the proposal in the caller's transaction if a yes to it still counts."""
    still = Proposal.objects.filter(pk=proposal_id, dialogue=dialogue, state=Proposal.State.OPEN)
    proposal = still.select_for_update().first()
    return proposal if proposal is not None and proposal.expires_at > timezone.now() else None


def was_shown_before(proposal: Proposal, messages: Sequence[Message]) -> bool:
    """Say whether the last of the messages came after the card had been handed to the channel.

    A yes that was written before it belongs to an older question and books nothing.
    """
    card = Message.objects.filter(pk=proposal.message_id or 0).first()
    if card is None or card.state not in _SHOWN:
        return False
    shown_at = card.sending_at or card.sent_at or card.created_at
    return bool(messages) and max(message.created_at for message in messages) >= shown_at


def was_declined(*, dialogue: Dialogue, details: Mapping[str, Any]) -> bool:
    """Say whether the client refused this very offer within the last day: nobody is asked that twice."""
    return any(same_offer(one, details) for one in declined_offers(dialogue=dialogue))


def declined_offers(*, dialogue: Dialogue) -> list[dict[str, Any]]:
    """Return what the client refused within the last day, as the cards kept it."""
    since = timezone.now() - _REMEMBERED
    refused = Proposal.objects.filter(dialogue=dialogue, state=Proposal.State.DECLINED, created_at__gt=since)
    return list(refused.values_list("details", flat=True))


def snapshot(bookings: Sequence[Booking], project: Project) -> list[dict[str, Any]]:
    """Return exactly what a card shows, in the salon's clock."""
    zone = ZoneInfo(project.timezone)
    return [
        {
            "booking_id": booking.pk,
            "service": booking.service.name,
            "service_id": booking.service_id,
            "specialist": booking.specialist.name,
            "specialist_id": booking.specialist_id,
            "start": booking.start.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
            "price": None if booking.price is None else str(booking.price),
            **(booking.full_price.marks() if booking.full_price else {}),
            "status": booking.status,
        }
        for booking in bookings
    ]


def open_new(
    *,
    turn: Turn,
    dialogue: Dialogue,
    kind: str,
    details: dict[str, Any],
    holds: Sequence[Booking],
    message_id: int | None,
) -> Proposal:
    """Store a proposal; any older one dies. The caller has freed or reused the older one's holds.

    `message_id` is the message that shows it. `dialogue` is the locked row.
    """
    close(dialogue=dialogue, state=Proposal.State.DEAD, keep_holds=True)
    until = timezone.now() + HOLD
    proposal = Proposal.objects.create(
        project=dialogue.project,
        dialogue=dialogue,
        turn=turn,
        kind=kind,
        details=details,
        message_id=message_id,
        expires_at=until,
    )
    _Held.objects.bulk_create(_Held(proposal_id=proposal.pk, booking_id=row.pk) for row in holds)
    dialogue.awaits_answer_until = until
    dialogue.save(update_fields=["awaits_answer_until"])
    return proposal


def hold_ids(*, dialogue: Dialogue) -> list[int]:
    """Return the ids of the rows that the dialogue's open proposal holds.

    The lane's row tells whether there is one: most of the time no statement is needed.
    """
    if dialogue.awaits_answer_until is None:
        return []
    held = _Held.objects.filter(proposal__dialogue=dialogue, proposal__state=Proposal.State.OPEN)
    return list(held.values_list("booking_id", flat=True))


def close(*, dialogue: Dialogue, state: str, keep_holds: bool = False) -> int:
    """End the dialogue's open proposal, in the caller's transaction; returns how many there were.

    `dialogue` is the locked row: it tells whether there is one.
    """
    if dialogue.awaits_answer_until is None:
        return 0
    if not keep_holds:
        held = hold_ids(dialogue=dialogue)
        if held:
            release_holds(project=dialogue.project, hold_ids=held)
    closed = Proposal.objects.filter(dialogue=dialogue, state=Proposal.State.OPEN).update(state=state)
    dialogue.awaits_answer_until = None
    dialogue.save(update_fields=["awaits_answer_until"])
    return closed


def expire_proposals() -> int:
    """End the proposals whose time is over and free what they held; returns how many."""
    overdue = Proposal.objects.filter(state=Proposal.State.OPEN, expires_at__lte=timezone.now())
    count = 0
    for proposal in overdue.select_related("dialogue__project")[:500]:
        with transaction.atomic():
            locked = (
                Dialogue.objects.select_for_update(of=("self",))
                .select_related("project")
                .get(pk=proposal.dialogue_id)
            )
            if Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN).exists():
                count += close(dialogue=locked, state=Proposal.State.EXPIRED)
    return count


def kill_stale(*, booking_id: int) -> int:
    """End open proposals of the booking's client that speak of it as it no longer is; returns how many.

    Belongs to the caller's transaction.
    """
    booking = Booking.objects.select_related("service", "specialist", "project").filter(pk=booking_id).first()
    if booking is None:
        return 0
    candidates = Proposal.objects.filter(dialogue__client_id=booking.client_id, state=Proposal.State.OPEN)
    count = 0
    for proposal in candidates:
        if booking_id not in proposal.details.get("booking_ids", []):
            continue
        dialogue = (
            Dialogue.objects.select_for_update(of=("self",))
            .select_related("project")
            .get(pk=proposal.dialogue_id)
        )
        if snapshot([booking], booking.project)[0] not in proposal.details["before"]:
            count += close(dialogue=dialogue, state=Proposal.State.DEAD)
    return count
