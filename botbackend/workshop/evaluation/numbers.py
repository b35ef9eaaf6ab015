"""Every number in a reply has a source: the catalogue, the hours, the calendar, a visit, or the client."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

from bookings.models import Booking
from botbackend.workshop.evaluation.rows import Row, row_of
from botbackend.workshop.evaluation.world import World
from dialogues.models import Message

SMALL = 60  # counts, menu numbers, days of a month, minutes of a clock
_MONEY = re.compile(
    r"(?:[$€£]\s?(\d[\d\u00a0 ]*(?:[.,]\d{1,2})?))"
    r"|(\d[\d\u00a0 ]*(?:[.,]\d{1,2})?)\s?(?:грн|гривен|гривень|₴|uah|pln|zł|zlot|usd|eur|gbp|€|\$|£)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})[:.](\d{2})(?![\d.])")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_PERCENT = re.compile(r"(\d+)\s?(?:%|відсот|процент|percent|procent)")
_WHOLE = re.compile(r"\d+")


class Sources:
    """What numbers may come from, read once per step."""

    def __init__(self, world: World, rows: Iterable[Row], said: Iterable[str], now: datetime) -> None:
        self.world = world
        self.today = now.astimezone(world.zone).date()
        salon = world.salon
        told = [*said, *salon.notes.values(), *salon.notes, *salon.prompts.values(), world.client.phone]
        self.digits = "\n".join(told)
        self.numbers = {int(number) for number in _WHOLE.findall(self.digits) if len(number) < 12}
        self.times = {
            divmod(minute, 60) for spans in salon.hours.values() for span in spans for minute in span
        }
        self.times |= {
            divmod(m, 60) for person in salon.specialists.values() for s in person.breaks for m in s
        }
        starts = [row.start.astimezone(world.zone) for row in rows]
        starts += [row.end.astimezone(world.zone) for row in rows]
        self.times |= {(start.hour, start.minute) for start in starts}
        self.dates = {start.date() for start in starts}
        prices = [row.price for row in salon.services.values() if row.price is not None]
        self.amounts = {
            sum(chosen, Decimal(0)) for count in range(1, 5) for chosen in combinations(prices, count)
        } | {row.price for row in rows if row.price is not None}
        self.lengths = {row.minutes for row in salon.services.values()}
        self.lengths |= {sum(pair) for pair in combinations(self.lengths, 2)}
        self.last_day = self.today + timedelta(days=salon.horizon_days)

    def has_time(self, hour: int, minute: int) -> bool:
        """A start on the grid within some opening hours, a boundary, a visit, or the client's word."""
        if (hour, minute) in self.times or re.search(
            rf"(?<!\d)0?{hour}[:. ]?{minute:02d}?(?!\d)", self.digits
        ):
            return True
        salon = self.world.salon
        moment = hour * 60 + minute
        is_open = any(first <= moment < last for spans in salon.hours.values() for first, last in spans)
        return is_open and moment % salon.slot_minutes == 0

    def has_day(self, day: date) -> bool:
        """A day that can be booked, one of a visit, or one that the client named."""
        return self.today <= day <= self.last_day or day in self.dates or day.day in self.numbers


def sources_of(world: World, now: datetime) -> Sources:
    """Read the client's visits (held ones too, the card shows them) and words."""
    rows = Booking.objects.filter(client=world.client).select_related("service", "specialist")
    said = Message.objects.filter(dialogue__client=world.client, direction="in")
    return Sources(world, [row_of(row) for row in rows], [message.text for message in said], now)


def check_numbers(text: str, sources: Sources) -> Iterator[str]:
    """Find numbers without a source; each kind is cut out before the next is looked for."""
    rest = text
    for found in _MONEY.finditer(text):
        written = re.sub(r"[\u00a0 ]", "", found[1] or found[2]).replace(",", ".")
        if Decimal(written) not in sources.amounts and written not in sources.digits:
            yield f"the amount {found[0].strip()} is in no price"
    rest = _MONEY.sub(" ", rest)
    for found in _PERCENT.finditer(rest):
        if int(found[1]) not in sources.numbers:
            yield f"{found[0]} has no source"
    rest = _PERCENT.sub(" ", rest)
    for pattern, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1))):
        for found in pattern.finditer(rest):
            if not _is_day(sources, *(int(found[place]) for place in order)):
                yield f"the date {found[0]} cannot be meant"
        rest = pattern.sub(" ", rest)
    for found in _CLOCK.finditer(rest):
        if int(found[1]) < 25 and not sources.has_time(int(found[1]), int(found[2])):
            yield f"the time {found[0]} is none of the salon's"
    yield from _rest(_CLOCK.sub(" ", rest), sources)


def _is_day(sources: Sources, year: int, month: int, day: int) -> bool:
    try:
        return sources.has_day(date(year, month, day))
    except ValueError:
        return False


def _rest(text: str, sources: Sources) -> Iterator[str]:
    for found in _WHOLE.finditer(text):
        number = int(found[0])
        known = (
            sources.amounts | sources.lengths | sources.numbers | {sources.today.year, sources.last_day.year}
        )
        if number > SMALL and number not in known and found[0] not in sources.digits:
            yield f"the number {found[0]} has no source"
