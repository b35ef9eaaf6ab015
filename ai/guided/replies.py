"""What the menus say: questions whose numbered answers the draft's state knows, and information."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from ai.guided.menu_turn import Bounds, MenuSearch, MenuTurn
from ai.guided.state import ANYONE, State
from ai.language.catalogue_names import find_names
from ai.language.intents import tells_the_place
from ai.turn.drafts import Draft
from ai.wording.formats import (
    capitalise,
    format_closing,
    format_day,
    format_duration,
    format_time,
    join_words,
    name_weekday,
)
from ai.wording.lines import booking_line, price_suffix, price_words
from bookings.catalogue import CatalogueService
from bookings.models import Booking
from bookings.models.prices import Price
from botbackend.lib.clock import WEEKDAYS

DAYS, TIMES = 7, 8
MORE, ALL = "more", "all"


def numbered(labels: Sequence[str]) -> str:
    """Return "1. a\\n2. b"."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))


def ask_menu(turn: MenuTurn, *notes: str, misses: int = 0) -> Draft:
    """Show what can be done here."""
    return turn.draft([*notes, turn.say("menu")], State(step="menu", misses=misses))


def ask_services(turn: MenuTurn, state: State, *notes: str) -> Draft:
    """Ask what for; `only` narrows the list."""
    offered = [one for one in turn.services if not state.only or one.id in state.only]
    labels = []
    for service in offered:
        prices = {turn.salon.price_of(service.id, person) for person in turn.people_for(service.id)}
        name = service.name_in(turn.voice.language)
        labels.append(name + price_suffix(turn.voice, prices.pop() if len(prices) == 1 else None))
    if not labels:
        return turn.to_person("no service can be booked", *notes, turn.say("handoff"))
    text = turn.say("ask_services", menu=numbered(labels))
    choices = tuple(str(service.id) for service in offered)
    return turn.draft([*notes, text], state.but(step="services", services=(), people=(), choices=choices))


def ask_specialist(turn: MenuTurn, state: State, index: int, *notes: str) -> Draft:
    """Ask who shall do one service of the visit; where their prices differ, each stands with its price."""
    service = turn.service(state.services[index])
    people = turn.people_for(state.services[index])
    prices = [turn.salon.price_of(state.services[index], person) for person in people]
    labels = [turn.name_of(person) for person in people]
    if len(set(prices)) > 1:
        priced = zip(labels, prices, strict=True)
        labels = [name + price_suffix(turn.voice, price) for name, price in priced]
    menu = numbered([turn.say("any_specialist"), *labels])
    if len(state.services) > 1 and service is not None:
        name = service.name_in(turn.voice.language)
        text = turn.say("ask_specialist_for", service=name, menu=menu)
    else:
        text = turn.say("ask_specialist", menu=menu)
    choices = tuple(str(number) for number in (ANYONE, *people))
    return turn.draft([*notes, text], state.but(step="specialist", choices=choices))


def ask_day(turn: MenuTurn, state: State, *notes: str) -> Draft:
    """Offer the next free days within what is wished; where there are none, the nearest beyond it."""
    search = MenuSearch.of(turn, state)
    until = min(state.last or turn.last_day, turn.last_day)
    begin = max(state.first or turn.now.date(), turn.now.date())
    days: list[date] = []
    if begin <= until:
        after = _date(state.after)
        start = max(begin, after + timedelta(days=1)) if after else begin
        days = search.days(start, until, _bounds(state), want=DAYS)
    if days:
        return _show_days(turn, state, days, *notes)
    if state.after:
        return ask_day(turn, state.but(after=""), *notes)
    if state.earliest or state.latest:
        return ask_day(turn, state.without_time(), *notes, turn.say("no_times_then"))
    if state.first or state.last:
        told = (*notes, turn.say("no_times_range")) if state.last else notes
        later = state.first if state.last and state.first and state.first > turn.now.date() else None
        return ask_day(turn, state.but(first=later, last=None), *told)
    return ask_menu(turn, *notes, turn.say("nothing_free"))


def _show_days(turn: MenuTurn, state: State, days: Sequence[date], *notes: str) -> Draft:
    shown, is_more = days[:DAYS], len(days) > DAYS
    labels = [_day_label(turn, day) for day in shown]
    choices = [day.isoformat() for day in shown]
    if is_more:
        labels.append(turn.say("more_days"))
        choices.append(MORE)
    text = turn.say("ask_day", menu=numbered(labels))
    return turn.draft([*notes, text], state.but(step="day", choices=tuple(choices)))


def _day_label(turn: MenuTurn, day: date) -> str:
    texts = turn.voice.texts
    named = format_day(turn.voice.language, day, today=turn.voice.today)
    near = {turn.voice.today: texts.today, turn.voice.today + timedelta(days=1): texts.tomorrow}
    return capitalise(f"{near[day]}, {named}" if day in near else named)


def ask_time(turn: MenuTurn, state: State, day: date, *notes: str, near: datetime | None = None) -> Draft:
    """Offer the free times of the day; on a full day, other days. `near` opens the page around a moment."""
    state = state.but(first=day, last=day)
    starts = [visit[0].start for visit in MenuSearch.of(turn, state).visits(day, day, _bounds(state))]
    if not starts and (state.earliest or state.latest):
        return ask_time(turn, state.without_time(), day, *notes, turn.say("no_times_then"), near=near)
    if not starts:
        later = state.but(after="", first=day, last=None)
        return ask_day(turn, later, *notes, turn.say("no_times", day=day))
    after = _moment(state.after)
    if near is not None:
        page = max(sum(start < near for start in starts) - TIMES // 2, 0)
        state = state.but(after=starts[page - 1].isoformat() if page else "")
    else:
        page = sum(start <= after for start in starts) if after else 0
    if page >= len(starts):
        page, state = 0, state.but(after="")
    return _show_times(turn, state, starts, page, *notes)


def _show_times(turn: MenuTurn, state: State, starts: Sequence[datetime], page: int, *notes: str) -> Draft:
    shown = starts[page : page + TIMES]
    labels = [format_time(start) for start in shown]
    choices = [start.astimezone(UTC).isoformat() for start in shown]
    if len(starts) > len(shown):
        labels.append(turn.say("more_times"))
        choices.append(MORE)
    day = _day_label(turn, shown[0].date())
    text = turn.say("ask_time", day=day, menu=numbered(labels))
    return turn.draft([*notes, text], state.but(step="time", choices=tuple(choices)))


def ask_visit(turn: MenuTurn, state: State, visits: Sequence[Booking], *notes: str) -> Draft:
    """Ask which visit to move or to cancel; `state.step` says which of both."""
    labels = [booking_line(turn.voice, visit) for visit in visits]
    choices = [str(visit.pk) for visit in visits]
    if state.step == "cancel" and len(visits) > 1:
        labels.append(turn.say("all_visits"))
        choices.append(ALL)
    text = turn.say(f"ask_visit_{state.step}", menu=numbered(labels))
    return turn.draft([*notes, text], state.but(choices=tuple(choices)))


def _bounds(state: State) -> Bounds:
    return (state.earliest, state.earliest) if state.exact else (state.earliest, state.latest)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


_DayHours = tuple[tuple[time, time], ...]


def tell_prices(turn: MenuTurn, service_ids: Sequence[int] = ()) -> str:
    """Return the price list, or the part of it that was asked for."""
    wanted = [one for one in turn.services if not service_ids or one.id in service_ids]
    if not wanted:
        return turn.say("question_passed")
    return turn.say("price_list", lines="\n".join(_price_line(turn, service) for service in wanted))


def _price_line(turn: MenuTurn, service: CatalogueService) -> str:
    own = [one for one in turn.salon.catalogue.offerings if one.service_id == service.id]
    prices = {one.price for one in own}
    told = [price for price in prices if price is not None]
    if not told:
        price = turn.say("price_unknown")
    else:
        lowest = min(told)
        price = price_words(turn.voice, lowest if len(prices) == 1 else Price(lowest.amount, is_from=True))
    minutes = min(one.duration_minutes for one in own)
    duration = format_duration(turn.voice.language, minutes)
    name = service.name_in(turn.voice.language)
    return turn.say("price_line", service=name, price=price, duration=duration)


def tell_hours(turn: MenuTurn) -> str:
    """Return the opening hours, days alike in one line, and where the salon is."""
    opening = turn.salon.opening()
    runs: list[tuple[int, int, _DayHours]] = []
    for index, day in enumerate(WEEKDAYS):
        hours = opening.get(day, ())
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], index, hours)
        else:
            runs.append((index, index, hours))
    lines = [turn.say("hours_line", days=_days(turn, *run[:2]), hours=_hours(turn, run[2])) for run in runs]
    places = [note.text for note in turn.salon.notes if tells_the_place(note.title)]
    return "\n\n".join([turn.say("hours", lines="\n".join(lines)), *(places or [turn.say("no_address")])])


def _days(turn: MenuTurn, first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return capitalise(turn.voice.texts.every_day)
    named = [name_weekday(turn.voice.language, day) for day in dict.fromkeys((first, last))]
    return capitalise("–".join(named))


def _hours(turn: MenuTurn, hours: _DayHours) -> str:
    if not hours:
        return turn.say("hours_closed")
    spans = [f"{format_time(first)}–{format_closing(last)}" for first, last in hours]
    return join_words(turn.voice.language, spans)


def tell_visits(turn: MenuTurn) -> str:
    """Return the client's own visits ahead."""
    if not turn.facts.visits:
        return turn.say("no_visits")
    return turn.say("my_visits", bookings=list(turn.facts.visits))


def find_note(turn: MenuTurn, text: str) -> str:
    """Return the salon's notes whose title the text names in full; "" when there is none."""
    titles = [(number, note.title) for number, note in enumerate(turn.salon.notes)]
    found = find_names(text, titles, whole=True).named
    return "\n\n".join(turn.salon.notes[number].text for number in found)
