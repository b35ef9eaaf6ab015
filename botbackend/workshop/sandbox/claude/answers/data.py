"""Answers as data: names instead of ids.

    understand: {book: Manicure, with: Anna, day: 2026-06-10, at: "17:00"}
    propose_booking: [{service: Manicure, specialist: Anna, start: "2026-06-10 17:00"}]
    say: "Which day suits you?"

`claude_answers` puts them into the form that a request asks for. Whoever changes the form of the product's
requests changes that file and `claude_asked`, and no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from botbackend.workshop.sandbox.claude.answers.asked import RESPOND, UNDERSTAND

SOLE = "the only one"  # of the client's visits; none if there are several
Name = str | int  # a name of the catalogue, or an id for those who want a wrong one


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | None) else [value]


def _window(value: Any) -> Any:
    """Read "12:00-17:00", "14:00-" or "-12:00"."""
    found = re.fullmatch(r"(\d\d:\d\d)?-(\d\d:\d\d)?", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write a part of a day as "12:00-17:00", "14:00-" or "-12:00"')
    return found[1], found[2]


Names = Annotated[list[Name] | None, BeforeValidator(_listed)]
Days = Annotated[list[date | int | str], BeforeValidator(_listed), Field(max_length=2)]  # an int: days ahead
Window = Annotated[tuple[str | None, str | None], BeforeValidator(_window)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WishData(_Data):
    """What a message means. `change` and `cancel` name visits by their service; empty: not said which.

    `about` are the services of a change; `at` is one moment, `time` a part of the day. `also` are further
    wishes of the same burst.
    """

    book: Names = None
    change: Names = None
    cancel: Names = None
    wants: Literal["none", "my_bookings", "question", "smalltalk", "human", "stop", "unclear"] = "none"
    about: Names = None
    specialist: Name | None = Field(default=None, alias="with")
    day: Days = []
    weekday: str | None = None
    at: str | None = None
    time: Window = (None, None)
    answer: Literal["yes", "no", "none"] = "none"
    guest: str | None = Field(default=None, alias="for")
    guest_phone: str | None = None
    name: str | None = None
    phone: str | None = None
    language: str = ""
    to_answer: bool | None = None
    remark: str = ""
    remark_kind: Literal["health", "complaint", "request", "other"] = "request"
    also: list[WishData] = []

    @model_validator(mode="after")
    def _is_one_wish(self) -> WishData:
        if sum(given is not None for given in (self.book, self.change, self.cancel)) > 1:
            raise ValueError("one of book, change, cancel")
        return self

    @property
    def intent(self) -> str:
        """The wish in one word."""
        given = {"book": self.book, "change": self.change, "cancel": self.cancel}
        return next((name for name, value in given.items() if value is not None), self.wants)

    @property
    def is_wish(self) -> bool:
        """Whether it wants something of the calendar."""
        return self.intent in ("book", "change", "cancel")


class ItemData(_Data):
    """One service of a proposed visit."""

    service: Name
    specialist: Name | None = None
    start: str
    guest: str = Field(default="", alias="for")


class ChangeData(_Data):
    """A proposed change of a visit; what is not given stays."""

    visit: Name
    service: Name | None = None
    specialist: Name | None = None
    start: str | None = None


class SearchData(_Data):
    """A search for free starts."""

    services: Annotated[list[Name], BeforeValidator(_listed)]
    specialist: Name | None = None
    day: Days = []
    time: Window = (None, None)


class AnswerData(_Data):
    """One answer of the model: exactly one field. In `say`, {slots} stands for the free starts it
    was given, {free 10:00|time}, {price Haircut}, {visit Manicure} for references; a proposal may carry one.

    `call` is a tool's input as it stands, {name: input}; `raw` an answer in the short form of rules, `status`
    an error.
    """

    understand: WishData | None = None
    say: str | None = None
    find_slots: SearchData | None = None
    propose_booking: Annotated[list[ItemData] | None, BeforeValidator(_listed)] = None
    propose_change: ChangeData | None = None
    propose_cancel: Names = None
    ask_human: str | None = None
    call: dict[str, Any] | None = None
    raw: dict[str, Any] | None = None
    status: int | None = None

    @model_validator(mode="after")
    def _is_one(self) -> AnswerData:
        others = len(self.model_fields_set - {"say"})
        if others > 1 or not self.model_fields_set:
            raise ValueError(f"one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def kind(self) -> str | None:
        """The kind of request that it answers; None: any."""
        if self.status is not None or self.raw is not None:
            return None
        return UNDERSTAND if self.understand is not None else RESPOND

    def names(self) -> Iterator[tuple[str, Name]]:
        """What it names of the catalogue: ("service" or "specialist", name)."""
        wish, items = self.understand, [*(self.propose_booking or [])]
        for name in [*((wish.book or []) if wish else []), *((wish.about or []) if wish else [])]:
            yield "service", name
        services = [item.service for item in items] + (self.find_slots.services if self.find_slots else [])
        yield from (("service", name) for name in services)
        people = [wish, self.find_slots, self.propose_change, *items]
        yield from (("specialist", one.specialist) for one in people if one and one.specialist is not None)
