"""What stands in a row, as text: A date, B full date, C time, D client id, E client name, F service."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeGuard
from zoneinfo import ZoneInfo

from bookings.models import Booking
from botbackend.lib.text import canonical, comparable

HEADER = ("Date", "Full Date", "Time", "Client ID", "Client Name", "Service Name", "sync", "Status")
CONTRACT_WIDTH = 6
WIDTH = len(HEADER)
UID_COLUMN = 6
STATUS_COLUMN = 7
MAX_TEXT = 200
_EPOCH = date(1899, 12, 30)  # the day 0 of spreadsheet serial numbers
_FULL_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_SHORT_DATE = re.compile(r"^(\d{1,2})[./](\d{1,2})\.?$")
_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})(?::\d{2})?$")
_CLOCK = re.compile(r"^(\d{2}):(\d{2})$")
_SERIALS = range(36_526, 200_000)  # from the year 2000 on: a smaller number is an accident of some locale
_ERROR = re.compile(
    r"^#[¡¿]?(?:[^\W\d_][\w'’/0]*[!?]|[^\W\d_]/[^\W\d_])$"
)  # #REF! #NAME? #DIV/0! #N/A in any language
_ERRORS_WITHOUT_SIGN = {"#NV", "#NUL"}
_LOADING = re.compile(
    r"^(?:loading|загрузка|завантаження|ładowanie|wczytywanie|wird geladen|cargando|chargement)(?:\.{3}|…)$"
)

Cells = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class SheetRowRead:
    """One row as read: `index` counts from 0 at the top of the tab, the header included."""

    sheet_id: int
    index: int
    cells: Cells
    uid: str
    status: str
    raw: tuple[str, ...] = ()  # A-F as they stand, where that is not the canonical form

    @property
    def is_blank(self) -> bool:
        """True when the columns of the contract hold nothing."""
        return not any(self.cells)

    @property
    def has_error(self) -> bool:
        """True when a cell of the contract holds an error value: what staff meant is not known."""
        return any(map(is_error_value, self.cells))


def clean(value: object) -> str:
    """Return text for a cell in the canonical form, at most MAX_TEXT characters."""
    return canonical(str(value))[:MAX_TEXT].strip()


def is_error_value(text: str) -> bool:
    """Tell whether a formula shows this in place of a result, in any language of the spreadsheet."""
    is_shouted = text == text.upper()
    return bool(
        (is_shouted and _ERROR.match(text)) or text in _ERRORS_WITHOUT_SIGN or _LOADING.match(text.lower())
    )


def _figures(value: object) -> str:
    """Return a date or time with ordinary digits, colons and dashes, however it was typed or pasted."""
    return comparable(str(value))


def cells_of(booking: Booking, zone: ZoneInfo) -> Cells:
    """Return A-F of a booking in the salon's wall clock."""
    local = booking.start.astimezone(zone)
    client_id = booking.client.contact_id or f"#{booking.client_id}"
    name = booking.guest_name or booking.client.name
    return (
        f"{local:%d.%m}",
        f"{local:%d.%m.%Y}",
        f"{local:%H:%M}",
        clean(client_id),
        clean(name),
        clean(booking.service.name),
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def canonical_date(value: object) -> str:
    """Return DD.MM.YYYY of a serial number or a date text in a usual form, else the cleaned text."""
    if _is_number(value) and int(value) in _SERIALS:
        return f"{_EPOCH + timedelta(days=int(value)):%d.%m.%Y}"
    text, plain = clean(value), _figures(value)
    if found := _FULL_DATE.match(plain):
        day, month, year = (int(part) for part in found.groups())
        return _date_text(year + 2000 if year < 100 else year, month, day) or text
    if found := _ISO_DATE.match(plain):
        return _date_text(*(int(part) for part in found.groups())) or text
    return text


def _date_text(year: int, month: int, day: int) -> str:
    try:
        return f"{date(year, month, day):%d.%m.%Y}"
    except ValueError:
        return ""


def canonical_short_date(value: object) -> str:
    """Return DD.MM of a serial number, a number such as 5.03, or a text; else the cleaned text."""
    if _is_number(value):
        return canonical_date(value)[:5] if int(value) in _SERIALS else clean(value)
    text, plain = clean(value), _figures(value)
    if found := _SHORT_DATE.match(plain):
        return f"{int(found[1]):02d}.{int(found[2]):02d}"
    full = canonical_date(text)
    return full[:5] if _FULL_DATE.match(full) else text


def canonical_time(value: object) -> str:
    """Return HH:MM of a day fraction or a time text, else the cleaned text; no other number is a time."""
    if _is_number(value):
        minutes = min(round(value * 1440), 1439)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= value < 1 else clean(value)
    text = clean(value)
    if found := _TIME.match(_figures(value)):
        hour, minute = int(found[1]), int(found[2])
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    return text


def canonical_text(value: object) -> str:
    """Return cleaned text; a whole float loses its `.0`, so that 42, 42.0 and "42" are equal."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(value)


def read_row(*, sheet_id: int, index: int, values: Sequence[object]) -> SheetRowRead:
    """Return a row in canonical form, whatever types and lengths the sheet answered with."""
    padded = [*values, *([""] * (WIDTH - len(values)))]
    cells: Cells = (
        canonical_short_date(padded[0]),
        canonical_date(padded[1]),
        canonical_time(padded[2]),
        canonical_text(padded[3]),
        canonical_text(padded[4]),
        canonical_text(padded[5]),
    )
    raw = tuple(value if isinstance(value, str) else repr(value) for value in padded[:CONTRACT_WIDTH])
    return SheetRowRead(sheet_id, index, cells, uid=clean(padded[6]), status=clean(padded[7]), raw=raw)


def start_of(cells: Cells, zone: ZoneInfo) -> datetime | None:
    """Return the aware start that B and C name, or None when either is no date or time.

    A wall-clock minute that the night of a clock change skips names no instant: None.
    """
    day, clock = _FULL_DATE.match(cells[1]), _CLOCK.match(cells[2])
    if not day or not clock:
        return None
    try:
        naive = datetime.combine(  # given its zone on the next line
            date(int(day[3]), int(day[2]), int(day[1])), time(int(clock[1]), int(clock[2]))
        )
    except ValueError:
        return None
    local = naive.replace(tzinfo=zone)
    exists = local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) == naive
    return local if exists else None
