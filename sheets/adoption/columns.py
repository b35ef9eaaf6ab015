"""Which row is the header and which column is what, in a tab that people laid out. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bookings.models.catalogue import key_of
from botbackend.lib.phones import e164_or_blank
from sheets.adoption.words import Field, field_of, says_nothing
from sheets.rows.cells import canonical_text
from sheets.rows.cells import is_error_value as is_error
from sheets.rows.moments import canonical_date, canonical_short_date, canonical_time

HEADER_WITHIN = 10  # a title, an address and a legend may stand above the header
SAMPLE = 200
MAJORITY = 0.6
NEEDED = (Field.TIME, Field.SERVICE)

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Columns:
    """What was found; `header_row` is None where the first row is a visit already."""

    header_row: int | None
    places: Mapping[Field, int]
    by_content: frozenset[Field] = frozenset()
    headers: Mapping[Field, str] = field(default_factory=dict)
    width: int = 0

    @property
    def problem(self) -> str:
        """Why the tab cannot be kept in step, as a code; "" = it can."""
        if Field.DATE not in self.places and Field.FULL_DATE not in self.places:
            return "no_date_column"
        if Field.TIME not in self.places:
            return "no_time_column"
        return "" if Field.SERVICE in self.places else "no_service_column"

    def header_at(self, at: int | None) -> str:
        """What stands above a column that was taken for something."""
        return next((self.headers.get(one, "") for one, place in self.places.items() if place == at), "")

    @property
    def first_row(self) -> int:
        """The index of the first row below the header."""
        return 0 if self.header_row is None else self.header_row + 1


def find_columns(rows: Rows, *, services: Collection[str], country: str) -> Columns:
    """Return the columns by their headers; what no header names is found by what stands below.

    `services` are the keys of the salon's services, `country` the one whose phones are read.
    """
    width = max(map(len, rows), default=0)
    header_row, places = _header(rows)
    body = [row for row in rows[0 if header_row is None else header_row + 1 :] if any(map(_is_filled, row))]
    found = _by_content(body, width, set(places.values()), services=set(services), country=country)
    guessed = {}
    for one, at in found.items():
        is_date = one in (Field.DATE, Field.FULL_DATE)
        if one not in places and not (is_date and (Field.DATE in places or Field.FULL_DATE in places)):
            guessed[one] = at
    places = _settle_dates(places | guessed, body)
    places = _settle_phone(places, body, country)
    above = () if header_row is None else rows[header_row]
    headers = {one: _text(above, at) for one, at in places.items()}
    return Columns(header_row, places, frozenset(guessed) & set(places), headers, width)


def _is_filled(value: object) -> bool:
    return bool(str(value).strip())


def _text(row: Sequence[object], at: int) -> str:
    return canonical_text(row[at]) if at < len(row) else ""


def _header(rows: Rows) -> tuple[int | None, dict[Field, int]]:
    """Return the row that names most of what is needed, among the first; two names are the least."""
    best: tuple[int | None, dict[Field, int]] = (None, {})
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        places = _named(row)
        own = set(places) - {Field.UID, Field.STATUS}
        if len(own) >= 2 and len(own) > len(set(best[1]) - {Field.UID, Field.STATUS}):
            best = (index, places)
    return best


def _named(row: Sequence[object]) -> dict[Field, int]:
    sure: dict[Field, int] = {}
    likely: dict[Field, int] = {}
    for at, value in enumerate(row):
        named = field_of(value) if isinstance(value, str) else None
        if named is not None:
            (sure if named[1] else likely).setdefault(named[0], at)
    for one, at in likely.items():
        if one not in sure and at not in sure.values():
            sure[one] = at
    return sure


def _by_content(
    body: Rows, width: int, taken: set[int], *, services: Collection[str], country: str
) -> dict[Field, int]:
    """Return the columns that mostly hold one kind of thing; a name is the text that is nothing else."""
    shares: list[tuple[float, Field, int]] = []
    for at in range(width):
        values = [row[at] for row in body[:SAMPLE] if at < len(row)]
        values = [value for value in values if not says_nothing(canonical_text(value))]
        if at in taken or not values:
            continue
        kinds = [kind_of(value, services=services, country=country) for value in values]
        for kind in set(kinds) - {None}:
            share = kinds.count(kind) / len(kinds)
            if share >= MAJORITY and kind is not None:
                shares.append((share, kind, at))
    found: dict[Field, int] = {}
    # Of two columns that look the same the left one: the right one is likelier a remark.
    for _, kind, at in sorted(shares, key=lambda item: item[2]):
        found.setdefault(kind, at)
    return found


def kind_of(value: object, *, services: Collection[str], country: str) -> Field | None:
    """Return what one cell looks like by itself."""
    text = canonical_text(value)
    if is_error(text):
        return None
    if _has_year(value):
        return Field.FULL_DATE
    if len(time := canonical_time(value)) == 5 and time[2] == ":":
        # 09.30 is a time, 25.11 a date; what could be either is judged by the column's other cells
        return Field.TIME
    if isinstance(value, str) and _is_short_date(value):
        return Field.DATE
    if key_of(text) in services:
        return Field.SERVICE
    if e164_or_blank(text, country=country):
        return Field.PHONE
    return Field.CLIENT_NAME if text[:1].isalpha() and not any(sign.isdigit() for sign in text) else None


def _has_year(value: object) -> bool:
    found = canonical_date(value)
    return len(found) == 10 and found[2] == found[5] == "." and found.replace(".", "").isdigit()


def _is_short_date(value: object) -> bool:
    found = canonical_short_date(value)
    return len(found) == 5 and found[2] == "." and found.replace(".", "").isdigit()


def _settle_dates(places: dict[Field, int], body: Rows) -> dict[Field, int]:
    """A single column of dates with years is the full date, whatever it is called, and vice versa."""
    if (Field.DATE in places) == (Field.FULL_DATE in places):
        return places
    only = Field.DATE if Field.DATE in places else Field.FULL_DATE
    at = places[only]
    values = [row[at] for row in body[:SAMPLE] if at < len(row) and _is_filled(row[at])]
    with_year = sum(map(_has_year, values))
    meant = Field.FULL_DATE if 2 * with_year >= len(values) else Field.DATE
    return {one: at for one, at in places.items() if one is not only} | {meant: at}


def _settle_phone(places: dict[Field, int], body: Rows, country: str) -> dict[Field, int]:
    """A column that is called the client's id, or the client, but holds phones is a column of phones."""
    for named in (Field.CLIENT_ID, Field.CLIENT_NAME):
        at = places.get(named)
        if at is None or Field.PHONE in places:
            continue
        values = [_text(row, at) for row in body[:SAMPLE]]
        values = [value for value in values if not says_nothing(value)]
        phones = sum(bool(e164_or_blank(value, country=country)) for value in values)
        if values and phones >= MAJORITY * len(values):
            places = {one: at for one, at in places.items() if one is not named} | {Field.PHONE: at}
    return places
