"""What every step of the menus works with: the turn, the salon, the client, the voice, and what is free."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from ai.facts.client import ClientFacts
from ai.facts.salon import SalonBriefing
from ai.guided.state import ANYONE, State
from ai.proposals.lifecycle import hold_ids
from ai.turn.drafts import Action, Draft, TurnContext
from ai.wording.values import rendered
from ai.wording.voice import Voice
from bookings.catalogue import CatalogueService
from bookings.engine.freshness import before_offer
from bookings.errors import BookingError
from bookings.models import Booking, rules_of
from bookings.selectors import check_item, find_slots, find_visits
from bookings.values import Item, Slot
from projects.models import Project


@dataclass(frozen=True)
class MenuTurn:
    """One turn's view. Reads only; nothing here writes."""

    context: TurnContext
    salon: SalonBriefing
    facts: ClientFacts
    voice: Voice

    @classmethod
    def of(cls, context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> "MenuTurn":
        """Open the turn; one query for the salon's own wording."""
        return cls(context, salon, facts, Voice.of(context.project, context.language))

    @property
    def project(self) -> Project:
        return self.context.project

    @functools.cached_property
    def now(self) -> datetime:
        """When the message was received, on the salon's clock: relative words count from here."""
        return self.context.now.astimezone(self.salon.zone)

    @property
    def last_day(self) -> date:
        """The last day that can be booked."""
        return self.now.date() + timedelta(days=rules_of(self.project).horizon_days)

    @functools.cached_property
    def own_holds(self) -> list[int]:
        """What the open proposal holds: it is free for this client."""
        return hold_ids(dialogue=self.context.dialogue) if self.facts.proposal is not None else []

    @functools.cached_property
    def services(self) -> tuple[CatalogueService, ...]:
        """Services that somebody does, in the salon's order."""
        done = {offering.service_id for offering in self.salon.catalogue.offerings}
        return tuple(service for service in self.salon.catalogue.services if service.id in done)

    def service(self, service_id: int) -> CatalogueService | None:
        """Return a service that somebody does."""
        return next((service for service in self.services if service.id == service_id), None)

    def people_for(self, service_id: int) -> list[int]:
        """Return who does the service, in the salon's order."""
        return [one.id for one in self.salon.catalogue.specialists if service_id in one.service_ids]

    def name_of(self, specialist_id: int) -> str:
        """Return a specialist's name in the client's language."""
        found = (one for one in self.salon.catalogue.specialists if one.id == specialist_id)
        return next((one.name_in(self.voice.language) for one in found), "")

    def say(self, key: str, **values: Any) -> str:
        """Render a text in the client's language."""
        return self.voice.say(key, **{name: rendered(self.voice, value) for name, value in values.items()})

    def draft(
        self,
        parts: Sequence[str],
        state: State | None = None,
        *,
        action: Action | None = None,
        handoff: str = "",
    ) -> Draft:
        """Return the reply; without a state the client is out of the menus."""
        return Draft(
            text="\n\n".join(dict.fromkeys(part for part in parts if part)),
            action=action,
            handoff=handoff,
            language=self.context.language,
            guided_state=state.but(at=self.context.now).dump() if state else {},
        )

    def to_person(self, reason: str, *notes: str) -> Draft:
        """Hand the talk to a person."""
        return self.draft([*(notes or [self.say("handoff")])], handoff=reason)


_NEAR_DAYS = 14
_FAR_DAYS = 90
Bounds = tuple[time | None, time | None]


@dataclass(frozen=True)
class MenuSearch:
    """The services in order, with whom, and the visit that is to be moved, whose own time is free."""

    turn: MenuTurn
    wishes: tuple[tuple[int, int | None], ...]
    moving: Booking | None = None

    @classmethod
    def of(cls, turn: MenuTurn, state: State) -> "MenuSearch":
        """Read the wishes of the state; whoever was not chosen is anyone."""
        people = [found if found > ANYONE else None for found in state.people]
        moving = turn.facts.visit(state.booking) if state.booking is not None else None
        return cls(turn, tuple(zip(state.services, people, strict=True)), moving)

    @property
    def ignored(self) -> list[int]:
        return [*self.turn.own_holds, *([self.moving.pk] if self.moving else [])]

    def visits(self, first: date, last: date, bounds: Bounds = (None, None)) -> list[list[Slot]]:
        """Return one visit per start, in order. A visit that is moved is not offered where it stands."""
        before_offer(project=self.turn.project)
        if len(self.wishes) > 1:
            return find_visits(
                project=self.turn.project,
                wishes=self.wishes,
                date_from=first,
                date_to=last,
                time_from=bounds[0],
                time_to=bounds[1],
                ignore_booking_ids=self.ignored,
            )
        service, specialist = self.wishes[0]
        slots = find_slots(
            project=self.turn.project,
            service_ids=[service],
            specialist_id=specialist,
            date_from=first,
            date_to=last,
            time_from=bounds[0],
            time_to=bounds[1],
            ignore_booking_ids=self.ignored,
        )
        by_start: dict[datetime, list[Slot]] = {}
        for slot in slots:
            if not self._is_as_now(slot):
                by_start.setdefault(slot.start, [slot])
        return list(by_start.values())

    def _is_as_now(self, slot: Slot) -> bool:
        moving = self.moving
        return (
            moving is not None and slot.start == moving.start and slot.specialist_id == moving.specialist_id
        )

    def days(self, first: date, until: date, bounds: Bounds, *, want: int) -> list[date]:
        """Return the first free days, one more than wanted if there are more: the near ones, then the far."""
        found: list[date] = []
        begin = first
        for length in (_NEAR_DAYS, _FAR_DAYS):
            if begin > until:
                break
            end = min(begin + timedelta(days=length - 1), until)
            starts = (visit[0].start.date() for visit in self.visits(begin, end, bounds))
            found += dict.fromkeys(starts)
            if len(found) > want:
                break
            begin = end + timedelta(days=1)
        return found[: want + 1]

    def at(self, start: datetime) -> list[Slot] | None:
        """Return the visit that begins at this moment if it is free."""
        wall = start.astimezone(self.turn.salon.zone)
        clock = wall.time().replace(second=0, microsecond=0, tzinfo=None)
        found = self.visits(wall.date(), wall.date(), (clock, clock))
        return next((visit for visit in found if visit[0].start == start), None)

    def why_not(self, start: datetime) -> str:
        """Return the code of the refusal for a start that is not free; "" when none tells the client more."""
        service, specialist = self.wishes[0]
        try:
            check_item(
                project=self.turn.project,
                item=Item(service, specialist, start),
                ignore_booking_ids=self.ignored,
            )
        except BookingError as error:
            return error.code
        return ""
