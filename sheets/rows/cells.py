"""What stands in a row, as text: A date, B full date, C time, D client id, E client name, F service."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bookings.models import Booking
from sheets.rows.moments import as_date, canonical_date, canonical_short_date, canonical_time, clean

HEADER = ("Date", "Full Date", "Time", "Client ID", "Client Name", "Service Name", "sync", "Status")
CONTRACT_WIDTH = 6
WIDTH = len(HEADER)
WHEN, CLIENT_ID, NAME, SERVICE = frozenset({0, 1, 2}), 3, 4, 5
SPECIALIST = -1  # the tab; no column, but it can be refused like one
UID_COLUMN = 6
STATUS_COLUMN = 7
_CLOCK = re.compile(r"^(\d{2}):(\d{2})$")
# #REF! #NAME? #DIV/0! #N/A in any language, a space before the sign where French has one, twice where two
# cells were joined; #GETTING_DATA and the like, with which no text of people begins.
_ERROR = re.compile(
    r"^#[¡¿]?(?:[^\W\d_][\w'’/0]* ?[!?]|[^\W\d_]+/0|[^\W\d_]/[^\W\d_]|[^\W\d_]+(?:_[^\W\d_]+)+)(?: #?\S+)?$"
)
_ERRORS_WITHOUT_SIGN = {"#NV", "#NUL"}
# A cell that still waits says so, with dots behind: "Loading data...", "Трохи зачекайте…".
_WAITING = re.compile(
    r"(?<!\w)(?:loading|requesting|fetching|calculating|загрузка|завантаження|зачекайте|подождите|ładowanie|"
    r"wczytywanie|pobieranie|czekaj|czekać|geladen|cargando|chargement)(?!\w).*\.{2,}$"
)
_NO_NAME = re.compile(
    r"^(?:-?(?:\d{1,6}|\d{16,})|-?\d+[.,]\d+|-?\d+(?:[.,]\d+)?e[+-]?\d+|true|false)$", re.IGNORECASE
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


def is_error_value(text: str) -> bool:
    """Tell whether a formula shows this in place of a result, in any language of the spreadsheet."""
    plain = unicodedata.normalize("NFKC", text)
    is_shouted = plain == plain.upper()
    is_error = (is_shouted and _ERROR.match(plain)) or plain in _ERRORS_WITHOUT_SIGN
    return bool(is_error or _WAITING.search(plain.lower()))


def is_no_name(text: str) -> bool:
    """Tell whether this is nobody's name: a number, a serial of a day, a truth. A phone may be one."""
    return bool(_NO_NAME.match(unicodedata.normalize("NFKC", text)))


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
    day, clock = as_date(cells[1]), _CLOCK.match(cells[2])
    if not day or not clock or int(clock[1]) > 23 or int(clock[2]) > 59:
        return None
    naive = datetime.combine(day, time(int(clock[1]), int(clock[2])))  # given its zone on the next line
    local = naive.replace(tzinfo=zone)
    exists = local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) == naive
    return local if exists else None
