"""The questions with their numbered answers. Each returns a draft whose state knows what the numbers mean."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from ai.guided.counter import Desk
from ai.guided.lookup import Bounds, Search
from ai.guided.state import ANYONE, State
from ai.turn.drafts import Draft
from ai.wording.formats import capitalise, format_day, format_time
from ai.wording.lines import booking_line
from bookings.models import Booking

DAYS, TIMES = 7, 8
MORE, ALL = "more", "all"


def numbered(labels: Sequence[str]) -> str:
    """Return "1. a\\n2. b"."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))


def ask_menu(desk: Desk, *notes: str, misses: int = 0) -> Draft:
    """Show what can be done here."""
    return desk.draft([*notes, desk.say("menu")], State(step="menu", misses=misses))


def ask_services(desk: Desk, state: State, *notes: str) -> Draft:
    """Ask what for; `only` narrows the list."""
    offered = [one for one in desk.services if not state.only or one.id in state.only]
    labels = []
    for service in offered:
        prices = {desk.salon.price_of(service.id, person) for person in desk.people_for(service.id)}
        price = prices.pop() if len(prices) == 1 else None
        suffix = "" if price is None else desk.say("price_suffix", price=price)
        labels.append(service.name + suffix)
    if not labels:
        return desk.to_person("no service can be booked", *notes, desk.say("handoff"))
    text = desk.say("ask_services", menu=numbered(labels))
    choices = tuple(str(service.id) for service in offered)
    return desk.draft([*notes, text], state.but(step="services", services=(), people=(), choices=choices))


def ask_specialist(desk: Desk, state: State, index: int, *notes: str) -> Draft:
    """Ask who shall do one service of the visit."""
    service = desk.service(state.services[index])
    people = desk.people_for(state.services[index])
    menu = numbered([desk.say("any_specialist"), *(desk.name_of(person) for person in people)])
    if len(state.services) > 1 and service is not None:
        text = desk.say("ask_specialist_for", service=service.name, menu=menu)
    else:
        text = desk.say("ask_specialist", menu=menu)
    choices = tuple(str(number) for number in (ANYONE, *people))
    return desk.draft([*notes, text], state.but(step="specialist", choices=choices))


def ask_day(desk: Desk, state: State, *notes: str) -> Draft:
    """Offer the next free days within what is wished; where there are none, the nearest beyond it."""
    search = Search.of(desk, state)
    until = min(state.last or desk.last_day, desk.last_day)
    begin = max(state.first or desk.now.date(), desk.now.date())
    days: list[date] = []
    if begin <= until:
        after = _date(state.after)
        start = max(begin, after + timedelta(days=1)) if after else begin
        days = search.days(start, until, _bounds(state), want=DAYS)
    if days:
        return _show_days(desk, state, days, *notes)
    if state.after:
        return ask_day(desk, state.but(after=""), *notes)
    if state.earliest or state.latest:
        return ask_day(desk, state.without_time(), *notes, desk.say("no_times_then"))
    if state.first or state.last:
        told = (*notes, desk.say("no_times_range")) if state.last else notes
        later = state.first if state.last and state.first and state.first > desk.now.date() else None
        return ask_day(desk, state.but(first=later, last=None), *told)
    return ask_menu(desk, *notes, desk.say("nothing_free"))


def _show_days(desk: Desk, state: State, days: Sequence[date], *notes: str) -> Draft:
    shown, is_more = days[:DAYS], len(days) > DAYS
    labels = [_day_label(desk, day) for day in shown]
    choices = [day.isoformat() for day in shown]
    if is_more:
        labels.append(desk.say("more_days"))
        choices.append(MORE)
    text = desk.say("ask_day", menu=numbered(labels))
    return desk.draft([*notes, text], state.but(step="day", choices=tuple(choices)))


def _day_label(desk: Desk, day: date) -> str:
    texts = desk.voice.texts
    named = format_day(desk.voice.language, day, today=desk.voice.today)
    near = {desk.voice.today: texts.today, desk.voice.today + timedelta(days=1): texts.tomorrow}
    return capitalise(f"{near[day]}, {named}" if day in near else named)


def ask_time(desk: Desk, state: State, day: date, *notes: str, near: datetime | None = None) -> Draft:
    """Offer the free times of the day; on a full day, other days. `near` opens the page around a moment."""
    state = state.but(first=day, last=day)
    starts = [visit[0].start for visit in Search.of(desk, state).visits(day, day, _bounds(state))]
    if not starts and (state.earliest or state.latest):
        return ask_time(desk, state.without_time(), day, *notes, desk.say("no_times_then"), near=near)
    if not starts:
        later = state.but(after="", first=day, last=None)
        return ask_day(desk, later, *notes, desk.say("no_times", day=day))
    after = _moment(state.after)
    if near is not None:
        page = max(sum(start < near for start in starts) - TIMES // 2, 0)
        state = state.but(after=starts[page - 1].isoformat() if page else "")
    else:
        page = sum(start <= after for start in starts) if after else 0
    if page >= len(starts):
        page, state = 0, state.but(after="")
    return _show_times(desk, state, starts, page, *notes)


def _show_times(desk: Desk, state: State, starts: Sequence[datetime], page: int, *notes: str) -> Draft:
    shown = starts[page : page + TIMES]
    labels = [format_time(start) for start in shown]
    choices = [start.astimezone(UTC).isoformat() for start in shown]
    if len(starts) > len(shown):
        labels.append(desk.say("more_times"))
        choices.append(MORE)
    day = _day_label(desk, shown[0].date())
    text = desk.say("ask_time", day=day, menu=numbered(labels))
    return desk.draft([*notes, text], state.but(step="time", choices=tuple(choices)))


def ask_visit(desk: Desk, state: State, visits: Sequence[Booking], *notes: str) -> Draft:
    """Ask which visit to move or to cancel; `state.step` says which of both."""
    labels = [booking_line(desk.voice, visit) for visit in visits]
    choices = [str(visit.pk) for visit in visits]
    if state.step == "cancel" and len(visits) > 1:
        labels.append(desk.say("all_visits"))
        choices.append(ALL)
    text = desk.say(f"ask_visit_{state.step}", menu=numbered(labels))
    return desk.draft([*notes, text], state.but(choices=tuple(choices)))


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
