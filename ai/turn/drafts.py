"""What travels inside a turn: what is intended and what may be said. Nothing here writes.

A draft is an intention. Only `ai.turn.commit` turns one into rows, under the lane's lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ai.models import Turn
from bookings.models import Client
from bookings.values import Item
from dialogues.lanes import Burst
from dialogues.models import Dialogue
from projects.models import Project

Kind = Literal["book", "change", "cancel"]
TaskKind = Literal["question", "complaint", "health", "late", "late_cancellation", "change", "draft"]
Visit = tuple[Item, ...]


@dataclass(frozen=True)
class Propose:
    """Show the client one card: all of it or nothing.

    Of a change, `booking_ids` is the one visit; `also` are the changes of other visits on the same card, and
    `cancels` the visits that the same yes cancels. `rest` are wishes that the card does not hold.
    """

    kind: Kind
    visits: tuple[Visit, ...] = ()
    booking_ids: tuple[int, ...] = ()
    start: datetime | None = None
    service_id: int | None = None
    specialist_id: int | None = None
    guest_phone: str = ""
    note: str = ""
    photo_url: str = ""
    also: tuple["Propose", ...] = ()
    cancels: tuple[int, ...] = ()
    rest: tuple[Mapping[str, Any], ...] = ()

    @property
    def changes(self) -> tuple["Propose", ...]:
        """The change of each visit by itself."""
        return (self, *self.also)

    @property
    def all_ids(self) -> tuple[int, ...]:
        """The visits that the card is about."""
        return (*(pk for one in self.changes for pk in one.booking_ids), *self.cancels)


@dataclass(frozen=True)
class Accept:
    """The client said yes to what was shown; what came with the yes lands on its rows.

    `guests` are names by the place of the row on the card.
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

    visits: tuple[Visit, ...]
    guest_phone: str = ""
    note: str = ""
    photo_url: str = ""


Action = Propose | Accept | Decline | BookNow


@dataclass(frozen=True)
class StaffRequest:
    """What a person of the salon has to look at; becomes a task. `draft` is a reply for them to send."""

    reason: str
    kind: TaskKind = "question"
    draft: str = ""


@dataclass(frozen=True)
class Remark:
    """Words of the client for a visit that stands already."""

    booking_id: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A reply that was not said yet.

    `accept` comes first: its receipt, then `text`, then what `action` shows, then `follow_up`. If it is
    refused, the rest is not said. `asks`: the text asks something, so no older card follows it. `handoff` is
    the reason for a person. `guided_state` replaces the menu's place in the dialogue; None leaves it.
    """

    text: str
    action: Action | None = None
    accept: Accept | None = None
    handoff: str = ""
    language: str = "uk"
    guided_state: dict[str, Any] | None = None
    follow_up: str = ""
    asks: bool = False
    staff: StaffRequest | None = None
    remark: Remark | None = None
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
