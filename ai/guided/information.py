"""Answers that need no choice: prices, hours and address, the client's visits, the salon's notes."""

from collections.abc import Sequence
from datetime import time

from ai.guided.counter import Desk
from ai.guided.intents import tells_the_place
from ai.language.naming import find_names
from ai.wording.formats import capitalise, format_duration, format_time, join_words
from bookings.catalogue import CatalogueService
from botbackend.lib.clock import WEEKDAYS

_DayHours = tuple[tuple[time, time], ...]


def tell_prices(desk: Desk, service_ids: Sequence[int] = ()) -> str:
    """Return the price list, or the part of it that was asked for."""
    wanted = [one for one in desk.services if not service_ids or one.id in service_ids]
    if not wanted:
        return desk.say("question_passed")
    return desk.say("price_list", lines="\n".join(_price_line(desk, service) for service in wanted))


def _price_line(desk: Desk, service: CatalogueService) -> str:
    own = [one for one in desk.salon.catalogue.offerings if one.service_id == service.id]
    prices = {one.price for one in own if one.price is not None}
    if not prices:
        price = desk.say("price_unknown")
    elif len({one.price for one in own}) == 1:
        price = desk.money(min(prices))
    else:
        price = desk.say("price_from", price=min(prices))
    minutes = min(one.duration_minutes for one in own)
    duration = format_duration(desk.voice.language, minutes)
    return desk.say("price_line", service=service.name, price=price, duration=duration)


def tell_hours(desk: Desk) -> str:
    """Return the opening hours, days alike in one line, and where the salon is."""
    opening = desk.salon.opening()
    runs: list[tuple[int, int, _DayHours]] = []
    for index, day in enumerate(WEEKDAYS):
        hours = opening.get(day, ())
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], index, hours)
        else:
            runs.append((index, index, hours))
    lines = [desk.say("hours_line", days=_days(desk, *run[:2]), hours=_hours(desk, run[2])) for run in runs]
    places = [text for title, text in desk.salon.knowledge if tells_the_place(title)]
    return "\n\n".join([desk.say("hours", lines="\n".join(lines)), *(places or [desk.say("no_address")])])


def _days(desk: Desk, first: int, last: int) -> str:
    texts = desk.voice.texts
    if (first, last) == (0, 6):
        return capitalise(texts.every_day)
    if first == last:
        return capitalise(texts.weekdays[first])
    form = texts.formats["range"]
    return capitalise(form.format(first=texts.weekdays[first], last=texts.weekdays[last]))


def _hours(desk: Desk, hours: _DayHours) -> str:
    if not hours:
        return desk.say("hours_closed")
    form = desk.voice.texts.formats["range"]
    spans = [form.format(first=format_time(first), last=_closing(last)) for first, last in hours]
    return join_words(desk.voice.language, spans)


def _closing(last: time) -> str:
    return "24:00" if (last.hour, last.minute) == (23, 59) else format_time(last)


def tell_visits(desk: Desk) -> str:
    """Return the client's own visits ahead."""
    if not desk.facts.visits:
        return desk.say("no_visits")
    return desk.say("my_visits", bookings=list(desk.facts.visits))


def find_note(desk: Desk, text: str) -> str:
    """Return the salon's notes whose title the text names in full; "" when there is none."""
    titles = [(number, title) for number, (title, _) in enumerate(desk.salon.knowledge)]
    found = find_names(text, titles, whole=True).named
    return "\n\n".join(desk.salon.knowledge[number][1] for number in found)
