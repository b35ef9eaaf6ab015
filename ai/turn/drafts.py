"""What travels inside a turn: what was understood, what is intended, what may be said. Nothing here writes.

A draft is an intention. Only `ai.turn.commit` turns one into rows, under the lane's lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from ai.language.answers import Answer
from ai.language.values import Opening, Wish
from ai.models import Turn
from bookings.models import Client
from bookings.values import Item
from botbackend.lib.clock import Weekday
from dialogues.lanes import Burst
from dialogues.models import Dialogue
from projects.models import Project

Intent = Literal[
    "book", "change", "cancel", "my_bookings", "question", "smalltalk", "human", "stop", "unclear"
]
Kind = Literal["book", "change", "cancel"]

_LOWERED = ("intent", "weekday", "answer")


class Understanding(BaseModel):
    """What the client wants, in the contract's fields.

    A date or time that does not exist ("2026-06-31", "25:00") becomes None and its field's name is kept
    in `impossible`, so that the client can be asked instead of being booked on a guess.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    intent: Intent
    service_ids: list[int] = []
    specialist_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    weekday: Weekday | None = None
    time_from: time | None = None
    time_to: time | None = None
    exact_time: bool = False
    answer: Answer = "none"
    booking_ids: list[int] = []
    guest_name: str | None = None
    guest_phone: str | None = None
    client_name: str | None = None
    client_phone: str | None = None
    language: str = ""
    impossible: tuple[str, ...] = Field(default=(), exclude=True)

    @property
    def wish(self) -> Wish:
        """The day and time of it, as `ai.language` reads them from words too."""
        return Wish(**{one.name: getattr(self, one.name) for one in fields(Wish)})

    @model_validator(mode="before")
    @classmethod
    def _tolerate(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        values = dict(raw)
        for name in _LOWERED:
            if isinstance(values.get(name), str):
                values[name] = values[name].strip().lower()
        parsers = {"date_from": _date, "date_to": _date, "time_from": _time, "time_to": _time}
        impossible = list(values.get("impossible", ()))
        for name, parse in parsers.items():
            if isinstance(values.get(name), str):
                parsed = parse(values[name])
                impossible += [name] if parsed is None else []
                values[name] = parsed
        values["impossible"] = tuple(impossible)
        return values

    @field_serializer("time_from", "time_to")
    def _as_clock(self, value: time | None) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    @field_validator("service_ids", "booking_ids")
    @classmethod
    def _once_each(cls, value: list[int], info: ValidationInfo) -> list[int]:
        return list(dict.fromkeys(value)) if info.field_name == "booking_ids" else value


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _time(text: str) -> time | None:
    hours, _, minutes = text.strip().replace(".", ":").partition(":")
    if (hours, minutes) == ("24", "00"):
        return time(23, 59)
    try:
        return time(int(hours), int(minutes[:2] or 0))
    except ValueError:
        return None


@dataclass(frozen=True)
class Propose:
    """Show the client a card and ask: one card and one yes for all of `visits`, or none of them is made.

    For a change, `booking_ids` holds the one visit that moves. `note` is a remark that staff will read on
    the booking; the card shows it.
    """

    kind: Kind
    visits: tuple[tuple[Item, ...], ...] = ()
    booking_ids: tuple[int, ...] = ()
    start: datetime | None = None
    service_id: int | None = None
    specialist_id: int | None = None
    guest_phone: str = ""
    note: str = ""
    photo_url: str = ""


@dataclass(frozen=True)
class Accept:
    """The client said yes to what was shown, and perhaps more with it: a remark, a phone, who comes.

    `guests` are by the row of the card, from 0 through all of its visits; "" is the client.
    """

    proposal_id: int
    note: str = ""
    guest_phone: str = ""
    guests: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decline:
    """The client said no to what was shown."""

    proposal_id: int


@dataclass(frozen=True)
class BookNow:
    """Book without asking first: the salon switched the question off and nothing is open to guess."""

    visits: tuple[tuple[Item, ...], ...]
    guest_phone: str = ""
    note: str = ""
    photo_url: str = ""


Action = Propose | Accept | Decline | BookNow


@dataclass(frozen=True)
class Draft:
    """A reply that was not said yet.

    `text` goes before the card or receipt, `follow_up` after it. `handoff` is the reason for a person.
    `question` is what the salon has to answer, it becomes a task of the staff. `guided_state` replaces
    the menu's place in the dialogue; None leaves it.
    """

    text: str
    action: Action | None = None
    handoff: str = ""
    language: str = "uk"
    guided_state: dict[str, Any] | None = None
    follow_up: str = ""
    question: str = ""
    client_name: str = ""
    client_phone: str = ""


@dataclass(frozen=True)
class TurnContext:
    """Everything a turn starts from. `now` is the moment the last message was received (aware)."""

    project: Project
    dialogue: Dialogue
    client: Client
    burst: Burst
    now: datetime
    turn: Turn
    language: str
    deadline: datetime


@dataclass(frozen=True)
class KnownMoment:
    """A moment the reply may name: a free slot that was looked up, or a visit of this very client."""

    start: datetime
    end: datetime
    specialist: str
    service: str
    is_visit: bool = False


@dataclass(frozen=True)
class Evidence:
    """What a reply may be true about. Every moment is aware and in the salon's zone.

    `texts` are the salon's own words (prompts, knowledge), `client_words` what the client wrote;
    `receipts` is True only where the reply goes with the receipt of a committed operation. With
    `prices_by_service` a price is held against the service it is told of; `totals` are the prices of several
    services together. `people` are those that may be addressed or spoken of besides the salon's own,
    `secrets` the instructions that the model works by.

    Of other clients it knows nothing: whoever, whatever number and whatever time is not in here may not be
    named, so that their data need not be read to be kept back.
    """

    now: datetime
    language: str
    known: tuple[KnownMoment, ...] = ()
    prices: frozenset[Decimal] = frozenset()
    totals: frozenset[Decimal] = frozenset()
    durations: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    client_words: tuple[str, ...] = ()
    hours: Opening = field(default_factory=dict)
    dates: frozenset[date] = frozenset()
    currency: str = ""
    country: str = ""
    receipts: bool = False
    horizon_days: int = 60
    prices_by_service: Mapping[str, frozenset[Decimal]] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = ()
