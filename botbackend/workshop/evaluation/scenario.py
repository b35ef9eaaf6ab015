"""A scenario as its YAML file gives it; what does not fit is refused with the field's path."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from botbackend.workshop.evaluation.salon import ScenarioSalon, Strict
from botbackend.workshop.sandbox.claude.answers.data import AnswerData

Language = Literal["uk", "ru", "en", "pl"]
Act = Literal["book", "change", "cancel", "none"]
Invariant = Literal[
    "no_overlap",
    "receipt_iff_row",
    "every_inbound_settled",
    "one_reply_per_burst",
    "no_internal_words",
    "no_number_outside_facts",
    "no_other_clients_data",
    "replay_changes_nothing",
]
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) (s|min|h|d)")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _length(value: Any) -> Any:
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write a length as "20 s", "5 min", "3 h" or "2 d"')
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]])


def _wall_clock(value: Any) -> Any:
    """YAML reads an unquoted moment as one; a moment with an offset is refused."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        raise ValueError('write the salon\'s wall clock as "2026-11-23 10:00"')
    return moment


Answers = Annotated[list[AnswerData], BeforeValidator(_listed)]
Texts = Annotated[list[str], BeforeValidator(_listed)]
Length = Annotated[timedelta, BeforeValidator(_length)]
WallClock = Annotated[datetime, BeforeValidator(_wall_clock)]


class Person(Strict):
    """Who writes. A name or phone given here is known before the first message."""

    name: str = "Олена Коваль"
    phone: str = ""


class Visit(Strict):
    """A visit by names, on the salon's wall clock. `specialist` may list several: any of them will do."""

    service: str
    specialist: Texts
    start: WallClock
    guest: str = ""
    price: float | None = None


class Existing(Visit):
    """A visit that is booked before the talk begins: of the client, or of a stranger."""

    of: Literal["client", "stranger"] = "client"


class Happening(Strict):
    """Something that happens beside the chat. Exactly one field."""

    books: Existing | None = Field(default=None, description="somebody takes a time")
    cancels: Visit | None = Field(default=None, description="staff cancel this visit of the client")
    operator_writes: str = ""
    client_writes: Texts = []
    client_blocks_bot: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"name exactly one of {', '.join(type(self).model_fields)}")
        return self


class Reply(Strict):
    """Properties of what the client gets to read in this step; letter case does not count.

    `all_of`: every text occurs; `any_of`: at least one; `none_of`: none; `matches`: regular expressions.
    `card`: a proposal of this kind was shown; `receipt`: this was done; `silent`: nothing was said.
    """

    all_of: Texts = []
    any_of: Texts = []
    none_of: Texts = []
    matches: Texts = []
    language: Language | None = None
    card: Act | None = None
    receipt: Act | None = None
    asks: bool = False
    silent: bool = False


class Step(Strict):
    """One burst of the client, or something that happens; then the bot's turn.

    `wait` passes before it. `claude` is what a model answers to the requests of this turn, in order; a
    request too many fails the scenario, and so does an answer that is not asked for. `during` happens while
    the first of them waits. With `model: away` there is nobody to ask.
    """

    say: Texts = []
    send: Literal["photo", "voice", "sticker", "video", "start"] | None = None
    happens: Happening | None = None
    during: Happening | None = None
    wait: Length = timedelta(seconds=20)
    between: Length = timedelta(milliseconds=400)
    claude: Answers = []
    model: Literal["here", "away"] = "here"
    reply: Reply = Reply()

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if sum(map(bool, (self.say, self.send, self.happens))) != 1:
            raise ValueError("name exactly one of say, send, happens")
        if self.during is not None and not self.claude:
            raise ValueError("during needs an answer in claude to happen before")
        return self


class End(Strict):
    """The end state of the database. Visits are the client's booked rows, no more and no fewer."""

    visits: list[Visit] = []
    cancelled: list[Visit] = []
    strangers: int | None = Field(default=None, description="booked visits of others; default: as before")
    mode: Literal["bot", "human"] | None = None
    tasks: list[str] = Field(default=[], description="kinds of staff tasks that must be there")
    client_name: str | None = None
    client_phone: str | None = None
    open_proposal: bool | None = None


class Scenario(Strict):
    """One talk with what must come of it.

    `goal` is what a simulated client wants; without one, a live run says the scripted words. `scripted_only`
    marks what makes no sense with a real model: the data plays a bad one.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    about: str
    salon: str | ScenarioSalon
    clock: WallClock
    language: Language
    client: Person = Person()
    before: list[Existing] = []
    steps: list[Step] = Field(min_length=1)
    end: End = End()
    invariants: list[Invariant] | Literal["all"] = "all"
    goal: str = ""
    scripted_only: bool = False

    @property
    def writes(self) -> bool:
        """Is it about a change of rows? Reads and writes are reported apart."""
        return any(step.reply.receipt not in (None, "none") for step in self.steps) or bool(
            self.end.cancelled
        )
