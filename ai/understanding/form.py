"""The form of the understand call: everything the client said that has a place in it, in the client's order.

"Not given" is "", 0, [] or false. What cannot be (a date that does not exist) is left out and its field
kept in `impossible`, so that the client can be asked instead of being booked on a guess.
"""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    field_validator,
    model_validator,
)

from ai.language.answers import Answer
from botbackend.lib.clock import Weekday

Kind = Literal["book", "change", "cancel"]
Wants = Literal["none", "human", "stop", "my_bookings", "smalltalk", "question", "unclear"]
RemarkKind = Literal["none", "health", "complaint", "request", "other"]
Pick = Literal["any", "earliest", "latest"]
MOST_WISHES = 5
MOST_ITEMS = 6
MOST_DAYS = 7
MOST_TIMES = 12


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, raw: Any) -> Any:
        """A model that writes null for "not given" means the same."""
        if not isinstance(raw, Mapping):
            return raw
        return {name: value for name, value in raw.items() if value is not None}


class WishedItem(_Part):
    """One service for one person. Several `services`: the word fits each. `specialist` 0: not said."""

    services: tuple[int, ...] = ()
    specialist: int = 0
    not_specialists: tuple[int, ...] = ()
    guest: str = Field(default="", alias="for")


class DayRange(_Part):
    """A day or a range of days. None stands for a date that does not exist."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    @field_validator("first", "last", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return read_date(value) if isinstance(value, str) else value

    @property
    def is_possible(self) -> bool:
        return self.first is not None and self.last is not None


class WishedTime(_Part):
    """What a wish says of days and hours; the search tool takes the same fields."""

    days: tuple[DayRange, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    time_from: time | None = None
    time_to: time | None = None
    exact: bool = False
    time_is: Literal["start", "end"] = "start"
    pick: Pick = "any"
    at_once: bool = False
    every_weeks: int = 0
    times: int = 0
    impossible: tuple[str, ...] = Field(default=(), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _tolerate(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        values = dict(raw)
        impossible = list(values.get("impossible", ()))
        for name in ("time_from", "time_to"):
            said = values.get(name)
            if isinstance(said, str):
                values[name] = read_time(said)
                impossible += [name] if values[name] is None and said.strip() else []
        values["impossible"] = tuple(impossible)
        if isinstance(values.get("weekdays"), list):
            values["weekdays"] = [str(day).strip().lower() for day in values["weekdays"]]
        return values

    @field_validator("days", mode="after")
    @classmethod
    def _said(cls, value: tuple[DayRange, ...]) -> tuple[DayRange, ...]:
        return value[:MOST_DAYS]

    @field_serializer("time_from", "time_to")
    def _as_clock(self, value: time | None) -> str:
        return "" if value is None else f"{value:%H:%M}"

    @property
    def says_when(self) -> bool:
        """Say whether a day or an hour was named."""
        return bool(self.days or self.weekdays or self.time_from or self.time_to or self.impossible)


class Wish(WishedTime):
    """One thing that the client wants of the calendar. `visits` are own visits; () = not said which."""

    kind: Kind
    visits: tuple[int, ...] = ()
    items: tuple[WishedItem, ...] = ()

    @property
    def service_ids(self) -> tuple[int, ...]:
        """The services of the items that leave no choice; () as soon as one leaves some."""
        if any(len(item.services) != 1 for item in self.items):
            return ()
        return tuple(item.services[0] for item in self.items)

    @property
    def names_services(self) -> bool:
        return bool(self.items) and all(item.services for item in self.items)


class Remark(_Part):
    """What staff should know, in the client's words."""

    kind: RemarkKind = "none"
    text: str = ""


class Understanding(_Part):
    """A burst as the model read it."""

    wishes: tuple[Wish, ...] = ()
    answer: Answer = "none"
    wants: Wants = "none"
    to_answer: bool = False
    remark: Remark = Remark()
    client_name: str = ""
    client_phone: str = ""
    guest_phone: str = ""
    language: str = ""

    @model_validator(mode="before")
    @classmethod
    def _lowered(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        values = dict(raw)
        for name in ("answer", "wants"):
            if isinstance(values.get(name), str):
                values[name] = values[name].strip().lower() or "none"
        return values

    @field_validator("wishes", mode="after")
    @classmethod
    def _bounded(cls, value: tuple[Wish, ...]) -> tuple[Wish, ...]:
        return value[:MOST_WISHES]

    @property
    def wish(self) -> Wish | None:
        """The one wish there is; None for none or several."""
        return self.wishes[0] if len(self.wishes) == 1 else None


def read_form(text: str) -> Understanding | None:
    """Read what the model wrote; None unless it is a form."""
    try:
        return Understanding.model_validate(json.loads(text))
    except (ValueError, ValidationError, RecursionError):
        return None


def read_date(text: str) -> date | None:
    """Return the date of "YYYY-MM-DD", with or without a time behind it; None if there is none such."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Return the time of "HH:MM"; the end of the day is its last minute. None if there is none such."""
    hours, _, minutes = text.strip().replace(".", ":").partition(":")
    if (hours, minutes) == ("24", "00"):
        return time(23, 59)
    try:
        return time(int(hours), int(minutes[:2] or 0))
    except ValueError:
        return None
