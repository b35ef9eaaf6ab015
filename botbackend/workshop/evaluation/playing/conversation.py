"""A conversation as its file gives it; `conversations/README.md` says what each key means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from botbackend.workshop.evaluation.salon import Strict
from botbackend.workshop.evaluation.scenario import Language, Texts, WallClock

SHIPPED = Path(__file__).parent.parent / "conversations"
FRESH = SHIPPED / "fresh"  # what later players made up, with a salon of its own
SIX = SHIPPED / "six"  # and the sixth player
STEP = timedelta(minutes=1)
_SENTENCES = {"true_sentences", "false_sentences"}


class ConversationError(ValueError):
    """A file cannot be played; one line per mistake."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Starts = Annotated[list[WallClock], BeforeValidator(_listed)]


class Said(Strict):
    """Any of these texts will do for the fact."""

    fact: str
    says: list[str]


class Row(Strict):
    """A visit by names; of several specialists, starts or prices any will do."""

    service: str
    specialist: Texts
    start: Starts
    price: Any = None
    guest: str = Field(default="", alias="for")
    phone: str = ""
    note: Said | None = None
    status: str = "booked"

    def prices(self, specialist: str) -> list[str]:
        """Return how the price may read, "450" or "from 1800"; empty: it does not matter."""
        wanted = self.price.get(specialist) if isinstance(self.price, dict) else self.price
        return [] if wanted is None else [str(one) for one in _listed(wanted)]


class Change(Strict):
    """A card for a visit that is moved or becomes another."""

    before: Row = Field(alias="from")
    after: Row = Field(alias="to")


class Window(Strict):
    """Where something is offered, or nothing is free."""

    service: str = ""
    services: list[str] = []
    specialist: Texts = []
    not_specialist: Texts = []
    together: bool = False
    days: list[date] = []
    from_day: date | None = None
    to_day: date | None = None
    after: str = ""
    before: str = ""
    ends_by: str = ""

    def has_day(self, day: date) -> bool:
        if self.days and day not in self.days:
            return False
        return (self.from_day is None or day >= self.from_day) and (self.to_day is None or day <= self.to_day)

    def has_time(self, time: str) -> bool:
        return time >= self.after and (not self.before or time <= self.before)


class Then(Strict):
    """What the one reply must hold or do."""

    card: list[Row] = []
    total: Texts | Any = None
    together: bool = False
    change_card: Annotated[list[Change], BeforeValidator(_listed)] = []
    cancel_card: list[Row] = []
    receipt: str = ""
    rows: list[Row] = []
    offers: Starts = []
    offers_one_of: Starts = []
    of: Window = Window()
    offers_only: Annotated[list[Window], BeforeValidator(_listed)] = []
    nothing_in: Window | None = None
    asks: Texts = []
    not_asks: Texts = []
    mentions: list[Said] = []
    never: list[str] = []
    tells_visits: list[Row] = []
    refuses: dict[str, str] = {}
    staff_task: Texts = []
    may_ask_staff: bool = False
    handoff: bool = False
    silent: bool = False
    note_on_booking: Said | None = None
    smalltalk: bool = False
    language: Language | None = None
    one_of: list[Then] = []

    def ways(self) -> list[Then]:
        """Return the wishes without alternatives in them, one per alternative."""
        if not self.one_of:
            return [self]
        mine = self.model_dump(exclude_unset=True, exclude={"one_of"}, by_alias=True)
        theirs = [one.model_dump(exclude_unset=True, by_alias=True) for one in self.one_of]
        return [Then.model_validate(mine | one) for one in theirs]


class SaidAt(Strict):
    """A message with the moment at which it was written."""

    at: WallClock
    text: str


class Step(Strict):
    """One burst, what others book just before it, and what the reply must be."""

    at: WallClock | None = None
    meanwhile: list[Row] = []
    client: list[str | SaidAt]
    then: Then = Then()

    @property
    def texts(self) -> list[str]:
        return [said if isinstance(said, str) else said.text for said in self.client]


class Person(Strict):
    """The client, as known before the first message."""

    name: str
    phone: str | None = None
    visits: list[Row] = []


class Conversation(Strict):
    """One client's chat with the salon of `salon.json`."""

    name: str
    folder: Path
    language: Language
    shows: str
    went_wrong: str = ""
    ended_wrong: bool = False
    client: Person
    also_taken: list[Row] = []
    not_taken: list[Row] = []
    says: list[Step] = Field(min_length=1)
    if_asked: dict[str, str] = {}
    client_after: dict[str, str] = {}
    end: list[Row]

    def moments(self, begin: datetime) -> list[datetime]:
        """Return when each step is written, on the salon's wall clock."""
        found: list[datetime] = []
        for number, step in enumerate(self.says):
            follows = found[-1] + STEP if number else begin
            first = step.client[0]
            found.append(step.at or (first.at if isinstance(first, SaidAt) else None) or follows)
        return found


def read_conversations(names: Sequence[str] = (), folder: Path = SHIPPED) -> list[Conversation]:
    """Return the folder's conversations of these names (parts of them will do), all without any.

    Raises ConversationError.
    """
    files = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in _SENTENCES]
    chosen = [path for path in files if not names or any(name in path.stem for name in names)]
    found, mistakes = [], []
    for path in chosen:
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            found.append(Conversation.model_validate({"name": path.stem, "folder": folder, **raw}))
        except (yaml.YAMLError, ValidationError) as error:
            mistakes.append(f"{path.name}: {error}")
    if mistakes:
        raise ConversationError("\n".join(mistakes))
    return found
