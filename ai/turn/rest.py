"""What a card leaves open of all that a client wished: kept with the card, and taken up by the yes to it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ai.facts.client import ClientFacts
from ai.models import Proposal
from ai.proposals.details import changed_ids, visits_of
from ai.turn.drafts import Draft, Propose
from ai.understanding.form import MOST_WISHES, DayRange, Understanding, Wish, WishedItem
from ai.understanding.understood import Understood, names_card
from bookings.values import Item


def with_rest(turn: Understood, draft: Draft) -> Draft:
    """Return the draft whose card remembers the wishes that it does not hold."""
    action = draft.action
    if not isinstance(action, Propose):
        return draft
    left = [one.wish for one in turn.other_wishes if not _holds(action, one.wish)]
    left += _of_left_card(turn, action)
    rest = tuple(wish.model_dump(mode="json", by_alias=True) for wish in left[:MOST_WISHES])
    return replace(draft, action=replace(action, rest=rest))


def rest_of(proposal: Proposal | None) -> tuple[Wish, ...]:
    """Return the wishes that a card left open; of an older card none."""
    kept = proposal.details.get("rest", ()) if proposal is not None else ()
    try:
        return tuple(Wish.model_validate(one) for one in kept)
    except ValidationError:
        return ()


def taken_up(form: Understanding, facts: ClientFacts) -> Understanding:
    """Return the form of a yes with what the card left open, unless the client speaks of it anew.

    What was wished of a visit that is not there any more is settled.
    """
    proposal, own = facts.proposal, {visit.pk for visit in facts.visits}
    if proposal is None or form.answer != "yes":
        return form
    spoken_of = {wish.kind for wish in form.wishes if not names_card(wish, proposal)}
    left = [wish for wish in rest_of(proposal) if wish.kind not in spoken_of and own.issuperset(wish.visits)]
    return form.model_copy(update={"wishes": (*form.wishes, *left)[:MOST_WISHES]}) if left else form


def _holds(action: Propose, wish: Wish) -> bool:
    """Say whether a card is about a wish; new visits are all on one card."""
    if wish.kind == "book" or action.kind == "book":
        return wish.kind == action.kind
    return set(wish.visits) <= set(action.all_ids)


def _of_left_card(turn: Understood, action: Propose) -> list[Wish]:
    """Return what an unanswered card asked, if the new one does not touch it and nobody wished it anew."""
    proposal = turn.facts.proposal
    if proposal is None or turn.answer != "none" or proposal.kind == action.kind:
        return []
    if set(proposal.details["booking_ids"]) & set(action.all_ids):
        return []
    if proposal.kind == "book" and any(one.wish.kind == "book" for one in turn.wishes):
        return []
    left = [*_wishes_of(proposal), *rest_of(proposal)]
    return [wish for wish in left if not _holds(action, wish)]


def _wishes_of(proposal: Proposal) -> Iterator[Wish]:
    details: dict[str, Any] = proposal.details
    if proposal.kind == Proposal.Kind.CANCEL:
        yield Wish(kind="cancel", visits=tuple(details["booking_ids"]))
        return
    zone = ZoneInfo(proposal.project.timezone)
    if proposal.kind == Proposal.Kind.BOOK:
        yield from (_booked_as(visit, zone) for visit in visits_of(details))
        return
    items = [item for visit in visits_of(details) for item in visit]
    for number, item in zip(changed_ids(details), items, strict=False):
        start = item.start.astimezone(zone)
        yield Wish(
            kind="change",
            visits=(number,),
            items=(WishedItem(services=(item.service_id,), specialist=item.specialist_id or 0),),
            days=(DayRange(first=start.date(), last=start.date()),),
            time_from=start.time(),
            exact=True,
        )
    gone: Sequence[int] = details.get("cancel_ids", ())
    if gone:
        yield Wish(kind="cancel", visits=tuple(gone))


def _booked_as(visit: Sequence[Item], zone: ZoneInfo) -> Wish:
    """Return a new visit of a card as the client would wish for it."""
    start = min(item.start for item in visit).astimezone(zone)
    return Wish(
        kind="book",
        items=tuple(
            WishedItem(services=(item.service_id,), specialist=item.specialist_id or 0, guest=item.guest_name)
            for item in visit
        ),
        days=(DayRange(first=start.date(), last=start.date()),),
        time_from=start.time(),
        exact=True,
        at_once=len({item.start for item in visit}) < len(visit),
    )
