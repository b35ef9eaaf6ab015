"""A turn whose message was read: what is known, what was wished, whether the card was accepted."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ai.facts.client import ClientFacts
from ai.facts.media import picture_urls
from ai.facts.salon import SalonBriefing
from ai.language.given_names import latin_of, same_name
from ai.models import Proposal
from ai.proposals.answers import CardAnswer, check_reading
from ai.proposals.details import cancelled_ids, visits_of
from ai.proposals.lifecycle import declined_offers
from ai.proposals.otherwise import Beside
from ai.turn.drafts import Accept, TurnContext
from ai.understanding.form import Understanding, Wish
from ai.understanding.resolved_wishes import ResolvedWish
from bookings.models import Booking
from botbackend.lib.clock import minute_of_day

_KEPT = ("request", "other", "health")


@dataclass(frozen=True)
class Understood:
    """`own_holds` are the open proposal's rows: free for this client."""

    context: TurnContext
    salon: SalonBriefing
    facts: ClientFacts
    form: Understanding
    wishes: tuple[ResolvedWish, ...]
    own_holds: tuple[int, ...] = ()

    @cached_property
    def answer(self) -> CardAnswer:
        """What the burst answers to the open card; a yes together with another wish for the same is none."""
        proposal = self.facts.proposal
        if proposal is None:
            return "none"
        answer = check_reading(
            proposal, self.form.answer, self.context.burst.messages, beside=self._beside(proposal)
        )
        if answer == "yes" and any(differs(wish, proposal) for wish in self.form.wishes):
            return "none"
        return answer

    def _beside(self, proposal: Proposal) -> Beside:
        """What the form holds besides the card: other wishes, names, a remark."""
        others = [
            one
            for one in self.wishes
            if not names_card(one.wish, proposal) and not differs(one.wish, proposal)
        ]
        visits = [self.facts.visit(number) for one in others for number in one.wish.visits]
        starts = [visit.start.astimezone(self.salon.zone) for visit in visits if visit is not None]
        hours = [hour for one in others for hour in (one.wish.time_from, one.wish.time_to) if hour]
        form = self.form
        return Beside(
            minutes=frozenset({*map(minute_of_day, hours), *map(minute_of_day, starts)}),
            days=(
                *((start.date(), start.date()) for start in starts),
                *(days for one in others for days in one.when.days),
            ),
            people=frozenset(item.specialist for one in others for item in one.wish.items),
            names=tuple(filter(None, (form.client_name, self.context.client.name, *_guests_of(form)))),
            remark=form.remark.text,
            cancels=any(one.wish.kind == "cancel" and one.wish.visits for one in others),
            specialists={one.id: one.all_names() for one in self.salon.catalogue.specialists},
        )

    @cached_property
    def declined(self) -> list[dict[str, Any]]:
        """The offers that the client refused within the last day."""
        return declined_offers(dialogue=self.context.dialogue)

    @cached_property
    def is_held_back(self) -> bool:
        """Say whether a yes came with words about health: the notes are looked at before it counts.

        Whether it is news is for the main model to say. Nothing forbids to cancel.
        """
        return self.answer == "yes" and self._tells_health

    @property
    def tells_health_beside_card(self) -> bool:
        """Say whether the client told of their health instead of an answer to the card."""
        return self.answer == "none" and not self.wishes and self._tells_health

    @property
    def _tells_health(self) -> bool:
        proposal = self.facts.proposal
        if proposal is None or proposal.kind == Proposal.Kind.CANCEL:
            return False
        return self.form.remark.kind == "health"

    @property
    def accepted(self) -> Accept | None:
        """The yes that is carried out in this turn whatever else is said."""
        return None if self.is_held_back else self.given

    @cached_property
    def given(self) -> Accept | None:
        """The yes with all that came with it, None without one."""
        proposal = self.facts.proposal
        if proposal is None or self.answer != "yes":
            return None
        return Accept(
            proposal.pk,
            note=self.note if not self.other_wishes else "",
            guest_phone=self.form.guest_phone,
            guests=_guests(proposal, self.form),
        )

    @property
    def today(self) -> date:
        """The salon's date when the last message came."""
        return self.context.now.astimezone(self.salon.zone).date()

    @property
    def free_holds(self) -> tuple[int, ...]:
        """Rows whose time counts as free: those of the card, unless the yes to it is being carried out."""
        return () if self.accepted is not None else self.own_holds

    @cached_property
    def other_wishes(self) -> tuple[ResolvedWish, ...]:
        """What is wished besides the card that was accepted; without a yes every wish."""
        proposal = self.facts.proposal
        if proposal is None or self.answer != "yes":
            return self.wishes
        return tuple(one for one in self.wishes if not names_card(one.wish, proposal))

    @property
    def note(self) -> str:
        """The remark that belongs on a booking."""
        return self.form.remark.text if self.form.remark.kind in _KEPT else ""

    @property
    def noted_visit(self) -> Booking | None:
        """The visit that a remark without any other wish is about: the only one there is."""
        if not self.note or self.accepted is not None or self.wishes or self.facts.proposal is not None:
            return None
        return self.facts.visits[0] if len(self.facts.visits) == 1 else None

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is left to be said in words: code alone may decide then."""
        return (
            not self.form.to_answer
            and self.form.remark.kind == "none"
            and len(self.other_wishes) <= 1
            and not picture_urls(self.context.burst.messages)
        )


def _guests_of(form: Understanding) -> list[str]:
    return [item.guest for wish in form.wishes for item in wish.items]


def differs(wish: Wish, proposal: Proposal) -> bool:
    """Say whether a wish wants the thing on the card otherwise: another day, hour, specialist or service.

    What is for somebody who is not on the card is one more visit, whenever it is to be.
    """
    if wish.kind != proposal.kind or wish.at_once or wish.times > 1 or _is_for_others(wish, proposal):
        return False
    if wish.kind == "cancel":
        return bool(wish.visits) and set(wish.visits) != set(proposal.details.get("booking_ids", []))
    if _is_of_others(wish, proposal):
        return False
    shown = proposal.details.get("shown", [])
    services = {line.get("service_id") for line in shown}
    about_card = not wish.items or any(services & set(item.services) for item in wish.items)
    return about_card and not _fits_card(wish, shown)


def _is_of_others(wish: Wish, proposal: Proposal) -> bool:
    """Say whether a change is of other visits than the card's."""
    return (
        wish.kind == "change"
        and bool(wish.visits)
        and set(wish.visits).isdisjoint(proposal.details.get("booking_ids", []))
    )


def _is_for_others(wish: Wish, proposal: Proposal) -> bool:
    """Say whether each service of a wish is for a person by name whom the card does not show."""
    shown = {latin_of(item.guest_name) for visit in visits_of(proposal.details) for item in visit}
    wanted = [latin_of(item.guest) for item in wish.items]
    return bool(wanted) and all(
        name and not any(same_name(name, other) for other in shown if other) for name in wanted
    )


def names_card(wish: Wish, proposal: Proposal) -> bool:
    """Say whether a wish only says again what the card shows, hour and all, e.g. to tell for whom it is.

    The same service without the hour is one more visit: "yes, and one for my second son".
    """
    if wish.kind == "cancel" and proposal.kind == Proposal.Kind.CHANGE:
        return bool(wish.visits) and set(wish.visits) <= set(cancelled_ids(proposal.details))
    if wish.kind != proposal.kind:
        return False
    if wish.kind == "cancel":
        return set(wish.visits) <= set(proposal.details.get("booking_ids", []))
    if _is_of_others(wish, proposal):
        return False
    shown = proposal.details.get("shown", [])
    left = [line.get("service_id") for line in shown]
    for item in wish.items:
        match = next((service for service in left if service in item.services), None)
        if match is None:
            return False
        left.remove(match)
    is_more = bool(wish.items) and not (wish.exact and wish.time_from)
    return _fits_card(wish, shown) and not is_more


def _fits_card(wish: Wish, shown: list[dict[str, object]]) -> bool:
    starts = [str(line.get("start")) for line in shown]
    people = {line.get("specialist_id") for line in shown}
    if wish.time_from and wish.exact and not any(f"T{wish.time_from:%H:%M}" in start for start in starts):
        return False
    if not wish.exact and not any(_is_within(wish, start[11:16]) for start in starts):
        return False
    days = {start[:10] for start in starts}
    if wish.days and not any(
        days_.is_possible and str(days_.first) <= day <= str(days_.last)
        for days_ in wish.days
        for day in days
    ):
        return False
    named = {item.specialist for item in wish.items if item.specialist}
    refused = {number for item in wish.items for number in item.not_specialists}
    return named <= people and not refused & people


def _is_within(wish: Wish, clock: str) -> bool:
    """Say whether a start of a card lies within the hours of a wish, unless these bind its end."""
    if wish.time_is == "end":
        return True
    first, last = (f"{hour:%H:%M}" if hour else "" for hour in (wish.time_from, wish.time_to))
    return (not first or clock >= first) and (not last or clock <= last)


def _guests(proposal: Proposal, form: Understanding) -> dict[int, str]:
    """Return the names that came with the yes, by the row of the card they belong to."""
    shown = proposal.details.get("shown", [])
    taken: dict[int, str] = {}
    for wish in form.wishes:
        if not names_card(wish, proposal):
            continue
        for place, item in enumerate(wish.items):
            rows = [row for row, line in enumerate(shown) if line.get("service_id") in item.services]
            free = [row for row in rows if row not in taken]
            row = place if place in free else next(iter(free), None)
            if item.guest and row is not None:
                taken[row] = item.guest
    return taken
