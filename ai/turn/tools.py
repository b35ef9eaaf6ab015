"""The tools of the second call: they look up and check; what is to be done only enters the draft."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ai.facts.client import ClientFacts, local, said_name, said_phone, slot_json
from ai.facts.flat_search import SHOWN_SLOTS, FreeTimes, SlotSearch, free_slots
from ai.facts.salon import SalonBriefing, dump
from ai.proposals.lifecycle import hold_ids
from ai.turn.drafts import Propose, TurnContext, Understanding
from bookings.deadline import is_too_late
from bookings.errors import BookingError
from bookings.models import Booking, rules_of
from bookings.selectors import check_item, check_items
from bookings.values import Item, Slot

MAX_CALLS = 8
MAX_ITEMS = 6
REASON_LENGTH = 500


class ToolError(Exception):
    """A sentence the model can act on."""

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.extra = extra


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class FindSlots(_Input):
    service_ids: list[int] = Field(min_length=1, max_length=MAX_ITEMS)
    specialist_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None


class WishedItem(_Input):
    service_id: int
    specialist_id: int | None = None
    start: datetime

    @field_validator("start")
    @classmethod
    def _wall_clock(cls, value: datetime) -> datetime:
        return value.replace(tzinfo=None, second=0, microsecond=0)


class ProposeBooking(_Input):
    items: list[WishedItem] = Field(min_length=1, max_length=MAX_ITEMS)
    guest_name: str | None = None
    guest_phone: str | None = None


class ProposeChange(_Input):
    booking_id: int
    service_id: int | None = None
    specialist_id: int | None = None
    start: datetime | None = None


class ProposeCancel(_Input):
    booking_ids: list[int] = Field(min_length=1, max_length=20)


class AskHuman(_Input):
    reason: str


@dataclass
class ToolCall:
    """One call for the trace."""

    name: str
    arguments: Any
    result: dict[str, Any]
    is_error: bool


@dataclass
class Toolbox:
    """The tools of one turn, bound to its client and project; the model cannot name another."""

    context: TurnContext
    salon: SalonBriefing
    facts: ClientFacts
    understanding: Understanding
    calls: list[ToolCall] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    proposal: Propose | None = None
    proposed: list[Slot] = field(default_factory=list)
    question: str = ""
    stuck: bool = False

    def run(self, name: object, arguments: Any) -> tuple[str, bool]:
        """Run one call; returns the JSON for the model and whether it is an error.

        The same failing call a second time, or too many calls, sets `stuck`: the loop ends.
        """
        tools: dict[object, tuple[type[_Input], Callable[[Any], dict[str, Any]]]] = {
            "find_slots": (FindSlots, self._find_slots),
            "propose_booking": (ProposeBooking, self._propose_booking),
            "propose_change": (ProposeChange, self._propose_change),
            "propose_cancel": (ProposeCancel, self._propose_cancel),
            "ask_human": (AskHuman, self._ask_human),
        }
        try:
            if len(self.calls) >= MAX_CALLS:
                self.stuck = True
                raise ToolError("No more tool calls in this turn. Answer the client with what you have.")
            if name not in tools:
                raise ToolError(f"There is no such tool. Tools: {', '.join(sorted(map(str, tools)))}.")
            schema, tool = tools[name]
            result, failed = tool(schema.model_validate(arguments)), False
        except ValidationError as error:
            result, failed = {"error": "invalid", "message": _mistakes(error)}, True
        except ToolError as error:
            result, failed = {"error": "invalid", "message": str(error), **error.extra}, True
        except BookingError as error:
            result, failed = self._refusal(error), True
        repeated = any(
            call.is_error and call.name == name and call.arguments == arguments for call in self.calls
        )
        self.stuck = self.stuck or (failed and repeated)
        self.calls.append(ToolCall(str(name)[:64], arguments, result, failed))
        return dump(result), failed

    def _refusal(self, error: BookingError) -> dict[str, Any]:
        self.slots += error.alternatives
        alternatives = [slot_json(slot, self.salon) for slot in error.alternatives[:SHOWN_SLOTS]]
        return {"error": error.code, "message": error.message, "alternatives": alternatives}

    # Looking up
    def _find_slots(self, wish: FindSlots) -> dict[str, Any]:
        self._check_services(wish.service_ids)
        self._check_specialist(wish.specialist_id)
        found = self.look_up(
            SlotSearch(
                tuple(wish.service_ids),
                wish.specialist_id,
                wish.date_from,
                wish.date_to,
                wish.time_from,
                wish.time_to,
            )
        )
        return {
            "slots": [slot_json(slot, self.salon) for slot in found.slots],
            "next": [slot_json(slot, self.salon) for slot in found.following],
        }

    def look_up(self, search: SlotSearch) -> FreeTimes:
        """Look up what is free and remember it: the reply may name it.

        The time of a visit that is to be moved is free for its own move.
        """
        moving = self.understanding.booking_ids if self.understanding.intent == "change" else []
        ignore = [*self.own_holds(), *moving]
        found = free_slots(context=self.context, salon=self.salon, search=search, ignore=ignore)
        self.slots += [*found.slots, *found.following]
        return found

    # Proposing
    def _propose_booking(self, wish: ProposeBooking) -> dict[str, Any]:
        self._check_services([item.service_id for item in wish.items])
        items = []
        for item in wish.items:
            self._check_specialist(item.specialist_id)
            items.append(Item(item.service_id, item.specialist_id, self._moment(item.start)))
        places = check_items(
            project=self.context.project,
            items=items,
            client=self.context.client,
            ignore_booking_ids=self.own_holds(),
        )
        self.proposed = places
        self.proposal = Propose(
            kind="book",
            items=tuple(items),
            guest_name=said_name(wish.guest_name, self.context, self.facts),
            guest_phone=said_phone(wish.guest_phone, self.context, self.facts),
        )
        return self._prepared([slot_json(place, self.salon)["label"] for place in places])

    def _propose_change(self, wish: ProposeChange) -> dict[str, Any]:
        visit = self._own_visit(wish.booking_id)
        if wish.service_id is not None:
            self._check_services([wish.service_id])
        self._check_specialist(wish.specialist_id)
        start = self._moment(wish.start) if wish.start is not None else visit.start
        specialist = wish.specialist_id or (None if wish.service_id else visit.specialist_id)
        same = start == visit.start and (wish.service_id or visit.service_id) == visit.service_id
        if same and (specialist or visit.specialist_id) == visit.specialist_id:
            raise ToolError("That is the visit as it is: nothing would change.")
        self._refuse_late(visit)
        item = Item(wish.service_id or visit.service_id, specialist, start)
        place = check_item(
            project=self.context.project,
            item=item,
            client=self.context.client,
            ignore_booking_ids=[visit.pk, *self.own_holds()],
        )
        self.proposed = [place]
        self.proposal = Propose(
            kind="change",
            booking_ids=(visit.pk,),
            start=start,
            service_id=wish.service_id,
            specialist_id=place.specialist_id,
        )
        return self._prepared([slot_json(place, self.salon)["label"]])

    def _propose_cancel(self, wish: ProposeCancel) -> dict[str, Any]:
        visits = [self._own_visit(number) for number in dict.fromkeys(wish.booking_ids)]
        for visit in visits:
            self._refuse_late(visit)
        self.proposed = []
        self.proposal = Propose(kind="cancel", booking_ids=tuple(visit.pk for visit in visits))
        return self._prepared([f"{visit.service.name} {local(visit.start, self.salon)}" for visit in visits])

    def _ask_human(self, wish: AskHuman) -> dict[str, Any]:
        self.question = " ".join(wish.reason.split())[:REASON_LENGTH] or "asks for a person"
        return {"ok": True, "message": "The staff will see it. Tell the client that a colleague will answer."}

    def _prepared(self, labels: Sequence[str]) -> dict[str, Any]:
        assert self.proposal is not None  # noqa: S101  # set by every caller just before
        return {
            "proposal_id": f"{self.context.turn.pk}-{len(self.calls) + 1}",
            "summary": f"{self.proposal.kind}: {'; '.join(labels)}",
            "awaits_confirmation": True,
        }

    # Checks
    def _check_services(self, ids: Sequence[int]) -> None:
        unknown = [number for number in ids if number not in self.salon.service_ids]
        if unknown:
            raise ToolError(f"No service has the id {unknown[0]}. Use ids of the catalogue.")

    def _check_specialist(self, number: int | None) -> None:
        if number is not None and number not in self.salon.specialist_ids:
            raise ToolError(f"No specialist has the id {number}. Use ids of the catalogue or null.")

    def _own_visit(self, number: int) -> Booking:
        visit = self.facts.visit(number)
        if visit is None:
            raise ToolError(
                "This client has no such visit.", client_visits=[visit.pk for visit in self.facts.visits]
            )
        return visit

    def _refuse_late(self, visit: Booking) -> None:
        if is_too_late(project=self.context.project, booking=visit, now=timezone.now()):
            raise ToolError(
                "It is too late to change this visit in the chat: the salon has to decide.",
                error="past_deadline",
                hours=rules_of(self.context.project).cancel_deadline_hours,
            )

    def _moment(self, wall_clock: datetime) -> datetime:
        """Read a wall-clock time in the salon's zone; one that the clock skips does not exist."""
        moment = wall_clock.replace(tzinfo=self.salon.zone, second=0, microsecond=0)
        try:
            back = datetime.fromtimestamp(moment.timestamp(), self.salon.zone)
        except (ValueError, OverflowError):  # the first and the last day of the calendar
            raise ToolError("There is no such moment.") from None
        if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise ToolError("This moment does not exist: the clock is put forward that night.")
        return moment

    def own_holds(self) -> list[int]:
        """Return the holds of the open proposal: their time is free for this very client."""
        return hold_ids(dialogue=self.context.dialogue) if self.facts.proposal is not None else []


def _mistakes(error: ValidationError) -> str:
    problems = [f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}" for one in error.errors()[:5]]
    return "; ".join(problems)


def readable(arguments: Any) -> Any:
    """Return arguments fit for the trace, whatever the model sent."""
    try:
        text = json.dumps(arguments, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(arguments)[:500]
    return arguments if len(text) <= 4000 else text[:4000]
