"""One answer at one place in the menus."""

import calendar
from datetime import date, datetime, time

from ai.guided.asking import ALL, MORE, ask_day, ask_menu, ask_services, ask_specialist, ask_time, ask_visit
from ai.guided.booking import advance, only_possible, propose, take_in, with_services, with_wish
from ai.guided.counter import Desk
from ai.guided.information import find_note, tell_hours, tell_prices, tell_visits
from ai.guided.reading import Said
from ai.guided.state import ANYONE, UNKNOWN, State
from ai.guided.visits import begin_cancel, begin_change, choose_cancel, choose_change, pick_visit
from ai.language.values import Wish
from ai.turn.drafts import Draft

_GATHERING = ("specialist", "day", "time")
_PATIENCE = 3


def take_step(desk: Desk, state: State, said: Said) -> Draft:
    """Answer what was said at this place; whatever is gone meanwhile is asked anew."""
    if state.step in _GATHERING:
        state, note = _still_there(desk, state)
        if note and said.numbers:
            return show(desk, state, note)
    return (
        _by_number(desk, state, said)
        or _by_phrase(desk, state, said)
        or _by_words(desk, state, said)
        or misunderstood(desk, state, said)
    )


def _still_there(desk: Desk, state: State) -> tuple[State, str]:
    """Return the state without people who do it no longer; from the start when visit or service is gone."""
    if state.booking is not None and desk.facts.visit(state.booking) is None:
        return State(), desk.say("refused_not_found")
    if not state.services or not all(map(desk.service, state.services)):
        return State(step="services"), desk.say("unknown_service")
    return only_possible(desk, state), ""


# Numbers
def _by_number(desk: Desk, state: State, said: Said) -> Draft | None:
    if said.wants_back:
        return go_back(desk, state)
    if not said.numbers:
        return _by_key(desk, state, said)
    if state.step == "menu":
        return from_menu(desk, said.numbers[0]) if len(said.numbers) == 1 else None
    if state.step in ("day", "time") and UNKNOWN in state.people:
        return advance(desk, state)
    if not state.choices:
        return show(desk, state)
    if all(1 <= number <= len(state.choices) for number in said.numbers):
        return choose(desk, state, [state.choices[number - 1] for number in said.numbers])
    return _beyond_list(desk, state, said.numbers[0]) if len(said.numbers) == 1 else None


def _by_key(desk: Desk, state: State, said: Said) -> Draft | None:
    """Read "more" and "anyone" said in words."""
    if said.alone == "more" and MORE in state.choices:
        return choose(desk, state, [MORE])
    if said.alone == "any" and state.step == "specialist":
        return choose(desk, state, [str(ANYONE)])
    return None


def choose(desk: Desk, state: State, keys: list[str]) -> Draft | None:
    """Go on with what the numbers stand for."""
    if state.step == "services":
        taken = with_services(desk, state, [int(key) for key in keys if key.isdecimal()])
        if len(taken.state.services) < len(keys):
            return show(desk, state, desk.say("unknown_service"))
        return advance(desk, taken.state, *taken.notes)
    if state.step == "cancel":
        return _cancel(desk, state, keys)
    if len(keys) != 1:
        return None
    return _choose_one(desk, state, keys[0])


def _choose_one(desk: Desk, state: State, key: str) -> Draft | None:
    if key == MORE and len(state.choices) > 1:
        return show(desk, state.but(after=state.choices[-2], misses=0))
    if state.step == "change":
        visit = desk.facts.visit(_number(key))
        if visit is None:
            return begin_change(desk)
        return choose_change(desk, state, visit)
    if state.step == "specialist" and UNKNOWN in state.people:
        index = state.people.index(UNKNOWN)
        people = [*state.people[:index], _number(key), *state.people[index + 1 :]]
        return advance(desk, state.but(people=tuple(people)))
    try:
        if state.step == "day":
            day = date.fromisoformat(key)
            return advance(desk, state.but(first=day, last=day, after=""))
        start = datetime.fromisoformat(key)
        return propose(desk, state, start) if state.step == "time" and start.tzinfo else None
    except ValueError:
        return None


def _cancel(desk: Desk, state: State, keys: list[str]) -> Draft:
    if ALL in keys:
        listed = [_number(key) for key in state.choices if key != ALL]
    else:
        listed = [_number(key) for key in keys]
    visits = [visit for number in listed if (visit := desk.facts.visit(number))]
    if not visits or (len(visits) < len(listed) and ALL not in keys):
        return begin_cancel(desk) if len(desk.facts.visits) != 1 else show(desk, state)
    return choose_cancel(desk, visits)


def _number(key: str) -> int:
    return int(key) if key.removeprefix("-").isdecimal() else UNKNOWN


def _beyond_list(desk: Desk, state: State, number: int) -> Draft | None:
    """Take a number that no line has for an hour, or for a day of the month."""
    if state.step == "time" and state.day and number < 24:
        wish = Wish(time_from=time(number), exact_time=True)
    elif state.step == "day" and 1 <= number <= 31:
        found = _next_date(number, desk.now.date())
        wish = Wish(date_from=found, date_to=found)
    else:
        return None
    taken = with_wish(desk, state, wish, "")
    return advance(desk, taken.state, *taken.notes)


def _next_date(number: int, today: date) -> date:
    year, month = today.year, today.month
    while number > calendar.monthrange(year, month)[1] or date(year, month, number) < today:
        year, month = year + month // 12, month % 12 + 1
    return date(year, month, number)


def from_menu(desk: Desk, number: int) -> Draft | None:
    """Do what the entry of the main menu says."""
    if number == 1:
        return ask_services(desk, State())
    if number == 3:
        return begin_change(desk)
    if number == 4:
        return begin_cancel(desk)
    if number == 7:
        return desk.to_person("asks for a person")
    told = {2: tell_visits, 5: tell_prices, 6: tell_hours}.get(number)
    return ask_menu(desk, told(desk)) if told else None


# Words
def _by_phrase(desk: Desk, state: State, said: Said) -> Draft | None:
    """Read what means the same at every place."""
    general = say_general(desk, said)
    if general is not None:
        return general
    told = tell(desk, said)
    if told:
        return show(desk, state.but(misses=0), told)
    if said.alone == "greet":
        return show(desk, state.but(misses=0))
    if said.alone in ("menu", "start"):
        return ask_menu(desk)
    if said.intent == "cancel":
        leaves = state.step in ("services", *_GATHERING) and not said.speaks_of_visit
        return ask_menu(desk) if leaves else begin_cancel(desk, said)
    if said.intent == "change" and not (state.booking is not None and said.wish is not None):
        return begin_change(desk, said)
    if said.answer == "no":
        return desk.draft([desk.say("thanks")]) if state.step == "menu" else go_back(desk, state)
    return None


def say_general(desk: Desk, said: Said) -> Draft | None:
    """Answer what ends the menus: a person is wanted, thanks, stop."""
    if said.intent == "person" or said.alone == "person":
        return desk.to_person("asks for a person")
    if said.alone == "thanks":
        return desk.draft([desk.say("thanks")])
    if said.alone == "stop":
        return desk.draft([desk.say("stopped")])
    return None


def tell(desk: Desk, said: Said) -> str:
    """Answer a question about visits, prices or hours; "" when it is none."""
    asked = said.intent or said.alone
    if asked == "visits":
        return tell_visits(desk)
    if asked == "price":
        return tell_prices(desk, said.services.named or said.services.maybe)
    return tell_hours(desk) if asked == "hours" else ""


def _by_words(desk: Desk, state: State, said: Said) -> Draft | None:
    if state.step in ("change", "cancel"):
        found = pick_visit(desk, state, said)
        if found is not None:
            return found
    fresh = state if state.step in ("services", *_GATHERING) else State()
    taken = take_in(desk, fresh, said)
    if taken is not None:
        return advance(desk, taken.state.but(after=""), *taken.notes)
    if said.intent == "book":
        return ask_services(desk, State())
    note = find_note(desk, said.text)
    return show(desk, state.but(misses=0), note) if note else None


def misunderstood(desk: Desk, state: State, said: Said) -> Draft:
    """Ask again, then offer a person, then hand over."""
    misses = state.misses + 1
    if misses >= _PATIENCE:
        return desk.to_person("not understood three times")
    note = desk.say("not_understood" if misses == 1 else "offer_person")
    return show(desk, state.but(misses=misses), note)


# Places
def show(desk: Desk, state: State, *notes: str) -> Draft:
    """Ask the question of this place again, with what can be chosen now."""
    if state.step == "services":
        return ask_services(desk, state, *notes)
    if state.step == "specialist" and UNKNOWN in state.people:
        return ask_specialist(desk, state, state.people.index(UNKNOWN), *notes)
    if state.step == "day":
        return ask_day(desk, state, *notes)
    if state.step == "time" and state.day:
        return ask_time(desk, state, state.day, *notes)
    if state.step in ("change", "cancel") and desk.facts.visits:
        return ask_visit(desk, state, desk.facts.visits, *notes)
    if state.step in ("specialist", "time"):
        return advance(desk, state, *notes)
    return ask_menu(desk, *notes, misses=state.misses)


def go_back(desk: Desk, state: State) -> Draft:
    """Ask the question before this one."""
    if state.step == "time":
        return ask_day(desk, state.without_days().but(misses=0))
    if state.step not in ("specialist", "day"):
        return ask_menu(desk)
    if state.step == "day":
        state = state.without_days()
    if state.booking is not None:
        return begin_change(desk) if len(desk.facts.visits) > 1 else ask_menu(desk)
    asked = state.people.index(UNKNOWN) if UNKNOWN in state.people else len(state.people)
    for index in reversed(range(asked)):
        if len(desk.people_for(state.services[index])) > 1:
            people = state.people[:index] + (UNKNOWN,) * (len(state.people) - index)
            return ask_specialist(desk, state.but(people=people, misses=0), index)
    return ask_services(desk, state.but(misses=0))
