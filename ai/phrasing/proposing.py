"""From a tool's words to a checked proposal: ids of this salon, visits of this client, moments that exist."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from ai.facts.client import said_name, said_phone
from ai.facts.search import SearchedItem
from ai.phrasing.known_times import KnownTimes
from ai.phrasing.tool_inputs import ProposeBooking, ProposeCancel, ProposeChange, ProposedItem, ProposedVisit
from ai.turn.decisions import free_at, has_one_price
from ai.turn.drafts import Propose
from ai.turn.refused import was_refused
from ai.understanding.understood import Understood
from bookings.deadline import is_too_late
from bookings.errors import BookingError
from bookings.models import Booking, rules_of
from bookings.selectors import check_item, check_items
from bookings.values import Item, Slot

_LONGEST_NOTE = 500
REFUSED_BEFORE = "The client has refused exactly this. Ask what should be different."


class ToolError(Exception):
    """A sentence the model can act on."""

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.extra = extra


def proposed_booking(
    turn: Understood, asked: ProposeBooking, times: KnownTimes
) -> tuple[Propose, list[Slot]]:
    """Return the proposal and where it would be. Raises ToolError and the refusals of the engine."""
    visits = tuple(_items_of(turn, visit, times) for visit in asked.visits)
    places: list[Slot] = []
    for visit in visits:
        places += check_items(
            project=turn.context.project,
            items=list(visit),
            client=turn.context.client,
            ignore_booking_ids=list(turn.free_holds),
        )
    _refuse_overlap(places)
    context, facts = turn.context, turn.facts
    action = Propose(
        kind="book",
        visits=visits,
        guest_phone=said_phone(asked.guest_phone, context, facts) or turn.form.guest_phone,
        note=turn.note or _said_note(asked.note, turn),
    )
    if was_refused(turn, action):
        raise ToolError(REFUSED_BEFORE)
    return action, places


def _refuse_overlap(places: list[Slot]) -> None:
    """Visits of one card are checked one by one; two of them must not want the same hour of one person."""
    by_person = sorted(places, key=lambda slot: (slot.specialist_id, slot.start))
    for one, two in pairwise(by_person):
        if one.specialist_id == two.specialist_id and two.start < one.end:
            raise ToolError("Two of these visits overlap with the same specialist.")


def _items_of(turn: Understood, visit: ProposedVisit, times: KnownTimes) -> tuple[Item, ...]:
    taken: list[Slot] = []
    return tuple(_item_of(turn, item, times, taken) for item in visit.items)


def _item_of(turn: Understood, item: ProposedItem, times: KnownTimes, taken: list[Slot]) -> Item:
    _check_service(turn, item.service)
    _check_specialist(turn, item.specialist)
    specialist = item.specialist or None
    slot = times.slot_of(item.start, item.service, specialist, taken)
    if slot is not None:
        taken.append(slot)
        start, specialist = slot.start, specialist or slot.specialist_id
    else:
        start = _moment(turn, item.start)
    if specialist is None:
        _refuse_silent_choice(turn, item.service, start)
    guest = said_name(item.guest, turn.context, turn.facts)
    return Item(item.service, specialist, start, guest_name=guest)


def _refuse_silent_choice(turn: Understood, service: int, start: datetime) -> None:
    """Among specialists with unequal prices the client chooses."""
    found = free_at(turn, (SearchedItem((service,)),), start)
    if len(found) > 1 and not has_one_price(turn, found):
        names = {visit[0].specialist: visit[0].specialist_id for visit in found}
        raise ToolError(
            "Several specialists are free then, at unequal prices: name them with their prices and ask.",
            specialists=[{"id": number, "name": name} for name, number in names.items()],
        )


@dataclass(frozen=True)
class Others:
    """The other visits of a card: the ids of those that leave their places, and where they will be."""

    leaving: Collection[int] = ()
    places: Sequence[Item] = ()


def proposed_change(
    turn: Understood, asked: ProposeChange, times: KnownTimes, others: Others
) -> tuple[Propose, Slot]:
    """Return the proposal and the place of the visit after it. Raises as above."""
    visit = _own_visit(turn, asked.visit)
    if asked.service:
        _check_service(turn, asked.service)
    _check_specialist(turn, asked.specialist)
    service = asked.service or visit.service_id
    slot = times.slot_of(asked.start, service, asked.specialist or None, [])
    start = slot.start if slot else _moment(turn, asked.start) if asked.start else visit.start
    specialist = asked.specialist or (slot.specialist_id if slot else 0)
    specialist = specialist or (0 if asked.service else visit.specialist_id)
    same = start == visit.start and service == visit.service_id
    if same and (specialist or visit.specialist_id) == visit.specialist_id:
        raise ToolError("That is the visit as it is: nothing would change.")
    _refuse_late(turn, visit)
    place = _place_of_change(turn, visit, Item(service, specialist or None, start), others)
    action = Propose(
        kind="change",
        booking_ids=(visit.pk,),
        start=start,
        service_id=asked.service or None,
        specialist_id=place.specialist_id,
        note=turn.note,
    )
    if was_refused(turn, action):
        raise ToolError(REFUSED_BEFORE)
    return action, place


def _place_of_change(turn: Understood, visit: Booking, item: Item, others: Others) -> Slot:
    """Return where the changed visit would be: with its own specialist if nobody was named and it can be."""
    own = replace(item, specialist_id=visit.specialist_id)
    for wanted in [own, item] if item.specialist_id is None else [item]:
        try:
            return check_item(
                project=turn.context.project,
                item=wanted,
                client=turn.context.client,
                ignore_booking_ids=[visit.pk, *turn.free_holds, *others.leaving],
                beside=others.places,
                is_move=True,
            )
        except BookingError as error:
            error.alternatives = [slot for slot in error.alternatives if not _meets(turn, slot, others)]
            if wanted is item:
                raise
    raise AssertionError("the last of them returns or raises")


def _meets(turn: Understood, slot: Slot, others: Others) -> bool:
    """Say whether a free time lies where another visit of the card will be."""
    lengths = {
        (one.service_id, one.specialist_id): one.duration_minutes for one in turn.salon.catalogue.offerings
    }
    for one in others.places:
        if one.specialist_id == slot.specialist_id:
            minutes = lengths.get((one.service_id, slot.specialist_id), 0)
            if one.start < slot.end and slot.start < one.start + timedelta(minutes=minutes):
                return True
    return False


def proposed_cancel(turn: Understood, asked: ProposeCancel) -> tuple[Propose, list[Booking]]:
    """Return the proposal and the visits it would end. Raises ToolError."""
    visits = [_own_visit(turn, number) for number in dict.fromkeys(asked.visits)]
    for visit in visits:
        _refuse_late(turn, visit)
    return Propose(kind="cancel", booking_ids=tuple(visit.pk for visit in visits)), visits


def _said_note(note: str, turn: Understood) -> str:
    """A remark is the client's: what the model writes counts only beside one that the client made."""
    return " ".join(note.split())[:_LONGEST_NOTE] if turn.form.remark.kind != "none" else ""


def _check_service(turn: Understood, number: int) -> None:
    if number not in turn.salon.service_ids:
        raise ToolError(f"No service has the id {number}. Use ids of the catalogue.")


def _check_specialist(turn: Understood, number: int) -> None:
    if number and number not in turn.salon.specialist_ids:
        raise ToolError(f"No specialist has the id {number}. Use ids of the catalogue or 0.")


def _own_visit(turn: Understood, number: int) -> Booking:
    visit = turn.facts.visit(number)
    if visit is None:
        raise ToolError(
            "This client has no such visit ahead.", client_visits=[visit.pk for visit in turn.facts.visits]
        )
    return visit


def _refuse_late(turn: Understood, visit: Booking) -> None:
    if is_too_late(project=turn.context.project, booking=visit, now=timezone.now()):
        raise ToolError(
            "It is too late to change this visit in the chat: the salon has to decide.",
            error="past_deadline",
            hours=rules_of(turn.context.project).cancel_deadline_hours,
        )


def _moment(turn: Understood, text: str) -> datetime:
    """Read a wall-clock time in the salon's zone; one that the clock skips does not exist."""
    zone = turn.salon.zone
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ToolError(
            f"{text[:40]!r} is no start: write YYYY-MM-DDTHH:MM or the ref of a free start."
        ) from None
    moment = said.replace(tzinfo=zone, second=0, microsecond=0)
    try:
        back = datetime.fromtimestamp(moment.timestamp(), zone)
    except (ValueError, OverflowError):  # the first and the last day of the calendar
        raise ToolError("There is no such moment.") from None
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ToolError("This moment does not exist: the clock is put forward that night.")
    return moment
