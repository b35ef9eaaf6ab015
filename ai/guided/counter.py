"""What every step of the menus works with: the turn, the salon, the client, the voice."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ai.facts.client import ClientFacts
from ai.facts.salon import Salon
from ai.guided.state import State
from ai.proposals.lifecycle import hold_ids
from ai.turn.drafts import Action, Draft, TurnContext
from ai.wording import Voice
from ai.wording.values import rendered
from bookings.catalogue import CatalogueService
from projects.models import Project


@dataclass(frozen=True)
class Desk:
    """One turn's view. Reads only; nothing here writes."""

    context: TurnContext
    salon: Salon
    facts: ClientFacts
    voice: Voice

    @classmethod
    def of(cls, context: TurnContext, salon: Salon, facts: ClientFacts) -> "Desk":
        """Open the desk; one query for the salon's own wording."""
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
        return self.now.date() + timedelta(days=self.project.horizon_days)

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
        """Return a specialist's name."""
        return next(
            (one.name for one in self.salon.catalogue.specialists if one.id == specialist_id),
            "",
        )

    def say(self, key: str, **values: Any) -> str:
        """Render a text in the client's language."""
        return self.voice.say(key, **{name: rendered(self.voice, value) for name, value in values.items()})

    def money(self, amount: Decimal) -> str:
        """Return an amount as people write it."""
        return rendered(self.voice, amount)

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
