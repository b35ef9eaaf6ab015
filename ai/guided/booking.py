"""Gathers what a booking or a move needs: takes in what was said, asks for what is missing, proposes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ai.guided.menu_turn import MenuSearch, MenuTurn
from ai.guided.reading import Said
from ai.guided.replies import ask_day, ask_menu, ask_services, ask_specialist, ask_time
from ai.guided.state import ANYONE, UNKNOWN, State
from ai.language.catalogue_names import NamedIds
from ai.language.dates import resolve
from ai.language.values import NamedTime, Question, Resolved
from ai.models import assistant_of
from ai.turn.drafts import Action, BookNow, Draft, Propose
from bookings.limits import MAX_ITEMS
from bookings.models import rules_of
from bookings.values import Item, Slot

_TELLING = {"slot_taken", "outside_hours", "too_soon", "too_far", "in_the_past", "day_off"}


@dataclass(frozen=True)
class Taken:
    """The state with what was said put in, and what has to be told about it."""

    state: State
    notes: tuple[str, ...] = ()


def with_services(turn: MenuTurn, state: State, service_ids: Sequence[int]) -> Taken:
    """Put the services in; whoever was named before does those of them that they do."""
    known = tuple(dict.fromkeys(one for one in service_ids if turn.service(one)))[:MAX_ITEMS]
    fresh = state.but(services=known, people=(UNKNOWN,) * len(known), only=(), booking=None, choices=())
    return with_person(turn, fresh, state.who) if state.who > ANYONE and known else Taken(fresh)


def with_person(turn: MenuTurn, state: State, person: int) -> Taken:
    """Let one specialist do what they do of the visit; say so when that is nothing."""
    if not state.services:
        does = next((one.service_ids for one in turn.salon.catalogue.specialists if one.id == person), ())
        does = tuple(one for one in does if turn.service(one))
        if len(does) == 1:
            return Taken(state.but(services=does, people=(person,), who=person))
        return Taken(state.but(who=person, only=does))
    people = tuple(
        person if person in turn.people_for(service) else old
        for service, old in zip(state.services, state.people, strict=True)
    )
    notes = () if person in people else (turn.say("refused_not_offered"),)
    return Taken(state.but(people=people, who=UNKNOWN), notes)


def with_wish(turn: MenuTurn, state: State, wish: NamedTime, words: str) -> Taken:
    """Put the wished day and time in. A time alone is meant for the day that is spoken of."""
    if state.day and not (wish.date_from or wish.weekday or wish.impossible):
        wish = replace(wish, date_from=state.day)
    found = _resolved(turn, wish, words)
    if isinstance(found, Resolved):
        return Taken(_put(state, found, exact=wish.exact_time or found.start is not None))
    note = turn.say(found.key, **found.values)
    dates = replace(wish, time_from=None, time_to=None, exact_time=False, impossible=())
    again = _resolved(turn, dates, "") if dates.date_from or dates.weekday else found
    if isinstance(again, Resolved):
        return Taken(_put(state.without_time(), again, exact=False), (note,))
    return Taken(state.without_time(), (note,))


def _resolved(turn: MenuTurn, wish: NamedTime, words: str) -> Resolved | Question:
    return resolve(
        wish=wish,
        now=turn.now,
        opening=turn.salon.opening(),
        horizon_days=rules_of(turn.project).horizon_days,
        words=words,
    )


def _put(state: State, found: Resolved, *, exact: bool) -> State:
    state = state.without_time()
    if found.date_from:
        state = state.but(first=found.date_from, last=found.date_to or found.date_from)
    if found.time_from or found.time_to:
        exact = exact and found.time_from is not None
        state = state.but(earliest=found.time_from, latest=found.time_to, exact=exact)
    return state


def take_in(turn: MenuTurn, state: State, said: Said) -> Taken | None:
    """Put in everything that was named; None when it was nothing of use here."""
    if not said.names_something:
        return None
    notes: tuple[str, ...] = ()
    if state.booking is None:
        state, notes = _with_names(turn, state, said.services, said.people)
    elif said.people.named:
        state, notes = _parts(with_person(turn, state, said.people.named[0]))
    if said.wish is not None:
        state, more = _parts(with_wish(turn, state, said.wish, said.text))
        notes += more
    return Taken(state, notes)


def _with_names(
    turn: MenuTurn, state: State, services: NamedIds, people: NamedIds
) -> tuple[State, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    if services.named:
        state, notes = _parts(with_services(turn, state, services.named))
    elif services.maybe and not state.services:
        state = state.but(only=services.maybe)
    for person in people.named:
        state, more = _parts(with_person(turn, state, person))
        notes += more
    return state, notes


def _parts(taken: Taken) -> tuple[State, tuple[str, ...]]:
    return taken.state, taken.notes


def advance(turn: MenuTurn, state: State, *notes: str) -> Draft:
    """Ask for the first thing that is missing, or propose when nothing is."""
    state = state.but(misses=0)
    if state.booking is not None and turn.facts.visit(state.booking) is None:
        return ask_menu(turn, *notes, turn.say("refused_not_found"))
    if not state.services or not all(map(turn.service, state.services)):
        return ask_services(turn, state.but(booking=None), *notes)
    state = only_possible(turn, state)
    if UNKNOWN in state.people:
        if not (state.day and state.exact):
            return ask_specialist(turn, state, state.people.index(UNKNOWN), *notes)
        people = tuple(ANYONE if one == UNKNOWN else one for one in state.people)
        state = state.but(people=people, guessed=True)
    if state.day is None:
        return ask_day(turn, state, *notes)
    if state.exact and state.earliest:
        start = datetime.combine(state.day, state.earliest.replace(tzinfo=None), turn.salon.zone)
        return propose(turn, state, start, *notes)
    return ask_time(turn, state, state.day, *notes)


def only_possible(turn: MenuTurn, state: State) -> State:
    """Forget people who no longer do it; where only one does, there is nothing to ask."""
    if len(state.people) != len(state.services):
        state = state.but(people=(UNKNOWN,) * len(state.services))
    people = []
    guessed = state.guessed
    for service, person in zip(state.services, state.people, strict=True):
        able = turn.people_for(service)
        if person > ANYONE and person not in able:
            person = UNKNOWN if state.booking is None else ANYONE
            guessed = guessed or person == ANYONE
        person = max(person, UNKNOWN)
        people.append(able[0] if person == UNKNOWN and len(able) == 1 else person)
    return state.but(people=tuple(people), guessed=guessed)


def propose(turn: MenuTurn, state: State, start: datetime, *notes: str) -> Draft:
    """Propose the visit at this moment; when it is not free, say why and show what is."""
    search = MenuSearch.of(turn, state)
    visit = search.at(start)
    day = start.astimezone(turn.salon.zone).date()
    if visit is None:
        return _not_free(turn, state, search, start, day, *notes)
    varies = [slot.price_varies for slot in visit]
    if state.guessed and any(varies):
        return _ask_whose_price(turn, state, start, varies.index(True), *notes)
    kept = state.without_time().but(step="time", first=day, last=day, choices=(), misses=0)
    return turn.draft(notes, kept, action=_action(turn, state, search, visit))


def _ask_whose_price(turn: MenuTurn, state: State, start: datetime, index: int, *notes: str) -> Draft:
    """Ask with whom when nobody was asked for and the prices at this moment differ."""
    wall = start.astimezone(turn.salon.zone)
    people = (*state.people[:index], UNKNOWN, *state.people[index + 1 :])
    wished = state.but(first=wall.date(), last=wall.date(), earliest=wall.time(), latest=None, exact=True)
    return ask_specialist(turn, wished.but(people=people, guessed=False), index, *notes)


def _not_free(
    turn: MenuTurn, state: State, search: MenuSearch, start: datetime, day: date, *notes: str
) -> Draft:
    code = search.why_not(start)
    if code in _TELLING:
        notes = (*notes, turn.say(f"refused_{code}"))
    return ask_time(turn, state.without_time(), day, *notes, near=start)


def _action(turn: MenuTurn, state: State, search: MenuSearch, visit: Sequence[Slot]) -> Action:
    if search.moving is not None:
        first = visit[0]
        return Propose(
            kind="change",
            booking_ids=(search.moving.pk,),
            start=first.start,
            specialist_id=first.specialist_id,
        )
    items = tuple(Item(one.service_id, one.specialist_id, one.start) for one in visit)
    if len(visit) == 1:  # the operation picks whoever is least busy, and someone else if that one is taken
        items = (Item(visit[0].service_id, search.wishes[0][1], visit[0].start),)
    is_open = state.guessed or any(slot.price_varies for slot in visit)
    if not assistant_of(turn.project).confirm_before_booking and not is_open:
        return BookNow((items,))
    return Propose(kind="book", visits=(items,))
