"""Refusals of the booking engine. Each has a stable code and, where it helps, what is free instead.

BookingError
├── Refusal             the wish cannot be granted as it stands
│   ├── SlotTaken  OutsideHours  TooSoon  TooFar  InThePast  NotOffered  DayOff_  ClientBlocked
├── PastDeadline  TooManyVisits  WrongStatus  IdempotencyKeyReused
├── BookingNotFound  RowNotFound
├── ChangedMeanwhile    somebody else saved what a page still shows as it was
├── VisitsInTheWay      a closure hits visits that nobody has seen yet
├── StaffError          what only people of the salon do
│   ├── RowNotFound  ChangedMeanwhile  VisitsInTheWay
│   └── ClientNotFound  ClientChanged  ClientBusy  BothHaveChats  MergeIsOver
└── InvalidRequest      illegal input; `fields` says where
"""

from collections.abc import Sequence
from typing import ClassVar

from bookings.values import Item, Slot
from botbackend.lib.errors import DomainError


class BookingError(DomainError):
    """A refusal; `alternatives` holds free slots that can be booked at once.

    `items` is the visit that was refused, where several were asked for together.
    """

    code = "invalid"
    http_status: ClassVar[int] = 400
    offers_alternatives: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        fields: dict[str, list[str]] | None = None,
        alternatives: Sequence[Slot] = (),
    ) -> None:
        super().__init__(message, fields=fields)
        self.alternatives: list[Slot] = list(alternatives)
        self.items: tuple[Item, ...] = ()

    def extra(self) -> dict[str, object]:
        """Return what an HTTP answer carries beside the error itself."""
        if not self.offers_alternatives:
            return {}
        return {"alternatives": [slot.as_json() for slot in self.alternatives]}


class Refusal(BookingError):
    """The wish breaks a rule of the salon or meets another visit."""

    http_status = 422
    offers_alternatives = True


class SlotTaken(Refusal):
    code = "slot_taken"
    http_status = 409


class OutsideHours(Refusal):
    code = "outside_hours"


class TooSoon(Refusal):
    code = "too_soon"


class TooFar(Refusal):
    code = "too_far"


class InThePast(Refusal):
    code = "in_the_past"


class NotOffered(Refusal):
    code = "not_offered"


class DayOff_(Refusal):  # the model of the rule is called DayOff
    code = "day_off"


class ClientBlocked(Refusal):
    code = "client_blocked"


class PastDeadline(BookingError):
    code = "past_deadline"
    http_status = 409


class TooManyVisits(BookingError):
    code = "too_many_visits"
    http_status = 409


class WrongStatus(BookingError):
    code = "wrong_status"
    http_status = 409


class IdempotencyKeyReused(BookingError):
    code = "idempotency_key_reused"
    http_status = 409


class BookingNotFound(BookingError):
    code = "not_found"
    http_status = 404


class StaffError(BookingError):
    """Refuses what only people of the salon do: no client hears of it, so that no text says it."""


class RowNotFound(StaffError):
    code = "gone"
    http_status = 404


class ChangedMeanwhile(StaffError):
    code = "changed_meanwhile"
    http_status = 409


class VisitsInTheWay(StaffError):
    """A closure would leave visits without somebody at work; `booking_ids` are all that it hits."""

    code = "visits_in_the_way"
    http_status = 409

    def __init__(self, message: str, *, booking_ids: Sequence[int]) -> None:
        super().__init__(message)
        self.booking_ids = list(booking_ids)


class ClientNotFound(StaffError):
    code = "client_not_found"
    http_status = 404


class ClientChanged(StaffError):
    """Somebody else changed what the page showed."""

    code = "client_changed"
    http_status = 409


class ClientBusy(StaffError):
    """Visits of the client are being changed; the same may be asked again at once."""

    code = "client_busy"
    http_status = 409


class BothHaveChats(StaffError):
    """Two clients who write to the bot stay two: each answer goes to the chat that it belongs to."""

    code = "both_have_chats"
    http_status = 409


class MergeIsOver(StaffError):
    """A merge that cannot be taken back: a day went by, or one of both was merged again since."""

    code = "merge_is_over"
    http_status = 409


class InvalidRequest(BookingError):
    code = "invalid"
