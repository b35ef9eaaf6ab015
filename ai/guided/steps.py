"""One answer at one place in the menus."""

import calendar
from datetime import date, datetime, time

from ai.guided.booking import advance, only_possible, propose, take_in, with_services, with_wish
from ai.guided.menu_turn import MenuTurn
from ai.guided.reading import Said
from ai.guided.replies import (
    ALL,
    MORE,
    ask_day,
    ask_menu,
    ask_services,
    ask_specialist,
    ask_time,
    ask_visit,
    find_note,
    tell_hours,
    tell_prices,
    tell_visits,
)
from ai.guided.state import ANYONE, UNKNOWN, State
from ai.guided.visits import begin_cancel, begin_change, choose_cancel, choose_change, pick_visit
from ai.language.values import NamedTime
from ai.turn.drafts import Draft

_GATHERING = ("specialist", "day", "time")
_PATIENCE = 3


def take_step(turn: MenuTurn, state: State, said: Said) -> Draft:
    """Answer what was said at this place; whatever is gone meanwhile is asked anew."""
    if state.step in _GATHERING:
        state, note = _still_there(turn, state)
        if note and said.numbers:
            return show(turn, state, note)
    return (
        _by_number(turn, state, said)
        or _by_phrase(turn, state, said)
        or _by_words(turn, state, said)
        or misunderstood(turn, state, said)
    )


def _still_there(turn: MenuTurn, state: State) -> tuple[State, str]:
    """Return the state without people who do it no longer; from the start when visit or service is gone."""
    if state.booking is not None and turn.facts.visit(state.booking) is None:
        return State(), turn.say("refused_not_found")
    if not state.services or not all(map(turn.service, state.services)):
        return State(step="services"), turn.say("unknown_service")
    return only_possible(turn, state), ""


# Numbers
def _by_number(turn: MenuTurn, state: State, said: Said) -> Draft | None:
    if said.wants_back:
        return go_back(turn, state)
    if not said.numbers:
        return _by_key(turn, state, said)
    if state.step == "menu":
        return from_menu(turn, said.numbers[0]) if len(said.numbers) == 1 else None
    if state.step in ("day", "time") and UNKNOWN in state.people:
        return advance(turn, state)
    if not state.choices:
        return show(turn, state)
    if all(1 <= number <= len(state.choices) for number in said.numbers):
        return choose(turn, state, [state.choices[number - 1] for number in said.numbers])
    return _beyond_list(turn, state, said.numbers[0]) if len(said.numbers) == 1 else None


def _by_key(turn: MenuTurn, state: State, said: Said) -> Draft | None:
    """Read "more" and "anyone" said in words."""
    if said.alone == "more" and MORE in state.choices:
        return choose(turn, state, [MORE])
    if said.alone == "any" and state.step == "specialist":
        return choose(turn, state, [str(ANYONE)])
    return None


def choose(turn: MenuTurn, state: State, keys: list[str]) -> Draft | None:
    """Go on with what the numbers stand for."""
    if state.step == "services":
        taken = with_services(turn, state, [int(key) for key in keys if key.isdecimal()])
        if len(taken.state.services) < len(keys):
            return show(turn, state, turn.say("unknown_service"))
        return advance(turn, taken.state, *taken.notes)
    if state.step == "cancel":
        return _cancel(turn, state, keys)
    if len(keys) != 1:
        return None
    return _choose_one(turn, state, keys[0])


def _choose_one(turn: MenuTurn, state: State, key: str) -> Draft | None:
    if key == MORE and len(state.choices) > 1:
        return show(turn, state.but(after=state.choices[-2], misses=0))
    if state.step == "change":
        visit = turn.facts.visit(_number(key))
        if visit is None:
            return begin_change(turn)
        return choose_change(turn, state, visit)
    if state.step == "specialist" and UNKNOWN in state.people:
        index = state.people.index(UNKNOWN)
        people = [*state.people[:index], _number(key), *state.people[index + 1 :]]
        return advance(turn, state.but(people=tuple(people)))
    try:
        if state.step == "day":
            day = date.fromisoformat(key)
            return advance(turn, state.but(first=day, last=day, after=""))
        start = datetime.fromisoformat(key)
        return propose(turn, state, start) if state.step == "time" and start.tzinfo else None
    except ValueError:
        return None


def _cancel(turn: MenuTurn, state: State, keys: list[str]) -> Draft:
    if ALL in keys:
        listed = [_number(key) for key in state.choices if key != ALL]
    else:
        listed = [_number(key) for key in keys]
    visits = [visit for number in listed if (visit := turn.facts.visit(number))]
    if not visits or (len(visits) < len(listed) and ALL not in keys):
        return begin_cancel(turn) if len(turn.facts.visits) != 1 else show(turn, state)
    return choose_cancel(turn, visits)


def _number(key: str) -> int:
    return int(key) if key.removeprefix("-").isdecimal() else UNKNOWN


def _beyond_list(turn: MenuTurn, state: State, number: int) -> Draft | None:
    """Take a number that no line has for an hour, or for a day of the month."""
    if state.step == "time" and state.day and number < 24:
        wish = NamedTime(time_from=time(number), exact_time=True)
    elif state.step == "day" and 1 <= number <= 31:
        found = _next_date(number, turn.now.date())
        wish = NamedTime(date_from=found, date_to=found)
    else:
        return None
    taken = with_wish(turn, state, wish, "")
    return advance(turn, taken.state, *taken.notes)


def _next_date(number: int, today: date) -> date:
    year, month = today.year, today.month
    while number > calendar.monthrange(year, month)[1] or date(year, month, number) < today:
        year, month = year + month // 12, month % 12 + 1
    return date(year, month, number)


def from_menu(turn: MenuTurn, number: int) -> Draft | None:
    """Do what the entry of the main menu says."""
    if number == 1:
        return ask_services(turn, State())
    if number == 3:
        return begin_change(turn)
    if number == 4:
        return begin_cancel(turn)
    if number == 7:
        return turn.to_person("asks for a person")
    told = {2: tell_visits, 5: tell_prices, 6: tell_hours}.get(number)
    return ask_menu(turn, told(turn)) if told else None


# Words
def _by_phrase(turn: MenuTurn, state: State, said: Said) -> Draft | None:
    """Read what means the same at every place."""
    general = say_general(turn, said)
    if general is not None:
        return general
    told = tell(turn, said)
    if told:
        return show(turn, state.but(misses=0), told)
    if said.alone == "greet":
        return show(turn, state.but(misses=0))
    if said.alone in ("menu", "start"):
        return ask_menu(turn)
    if said.intent == "cancel":
        leaves = state.step in ("services", *_GATHERING) and not said.speaks_of_visit
        return ask_menu(turn) if leaves else begin_cancel(turn, said)
    if said.intent == "change" and not (state.booking is not None and said.wish is not None):
        return begin_change(turn, said)
    if said.answer == "no":
        return turn.draft([turn.say("thanks")]) if state.step == "menu" else go_back(turn, state)
    return None


def say_general(turn: MenuTurn, said: Said) -> Draft | None:
    """Answer what ends the menus: a person is wanted, thanks, stop."""
    if said.intent == "person" or said.alone == "person":
        return turn.to_person("asks for a person")
    if said.alone == "thanks":
        return turn.draft([turn.say("thanks")])
    if said.alone == "stop":
        return turn.draft([turn.say("stopped")])
    return None


def tell(turn: MenuTurn, said: Said) -> str:
    """Answer a question about visits, prices or hours; "" when it is none."""
    asked = said.intent or said.alone
    if asked == "visits":
        return tell_visits(turn)
    if asked == "price":
        return tell_prices(turn, said.services.named or said.services.maybe)
    return tell_hours(turn) if asked == "hours" else ""


def _by_words(turn: MenuTurn, state: State, said: Said) -> Draft | None:
    if state.step in ("change", "cancel"):
        found = pick_visit(turn, state, said)
        if found is not None:
            return found
    fresh = state if state.step in ("services", *_GATHERING) else State()
    taken = take_in(turn, fresh, said)
    if taken is not None:
        return advance(turn, taken.state.but(after=""), *taken.notes)
    if said.intent == "book":
        return ask_services(turn, State())
    note = find_note(turn, said.text)
    return show(turn, state.but(misses=0), note) if note else None


def misunderstood(turn: MenuTurn, state: State, said: Said) -> Draft:
    """Ask again, then offer a person, then hand over."""
    misses = state.misses + 1
    if misses >= _PATIENCE:
        return turn.to_person("not understood three times")
    note = turn.say("not_understood" if misses == 1 else "offer_person")
    return show(turn, state.but(misses=misses), note)


# Places
def show(turn: MenuTurn, state: State, *notes: str) -> Draft:
    """Ask the question of this place again, with what can be chosen now."""
    if state.step == "services":
        return ask_services(turn, state, *notes)
    if state.step == "specialist" and UNKNOWN in state.people:
        return ask_specialist(turn, state, state.people.index(UNKNOWN), *notes)
    if state.step == "day":
        return ask_day(turn, state, *notes)
    if state.step == "time" and state.day:
        return ask_time(turn, state, state.day, *notes)
    if state.step in ("change", "cancel") and turn.facts.visits:
        return ask_visit(turn, state, turn.facts.visits, *notes)
    if state.step in ("specialist", "time"):
        return advance(turn, state, *notes)
    return ask_menu(turn, *notes, misses=state.misses)


def go_back(turn: MenuTurn, state: State) -> Draft:
    """Ask the question before this one."""
    if state.step == "time":
        return ask_day(turn, state.without_days().but(misses=0))
    if state.step not in ("specialist", "day"):
        return ask_menu(turn)
    if state.step == "day":
        state = state.without_days()
    if state.booking is not None:
        return begin_change(turn) if len(turn.facts.visits) > 1 else ask_menu(turn)
    asked = state.people.index(UNKNOWN) if UNKNOWN in state.people else len(state.people)
    for index in reversed(range(asked)):
        if len(turn.people_for(state.services[index])) > 1:
            people = state.people[:index] + (UNKNOWN,) * (len(state.people) - index)
            return ask_specialist(turn, state.but(people=people, misses=0), index)
    return ask_services(turn, state.but(misses=0))
