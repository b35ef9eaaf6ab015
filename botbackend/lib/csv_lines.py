"""Tables for spreadsheet programs, which take for a formula whatever begins like one."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

BOM = "\ufeff"  # without it Excel reads UTF-8 as something else
# Also the wide forms, which some programs fold before they look.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | Decimal | date | datetime | None


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line


def guarded(value: Cell) -> str:
    """Return the cell's text; one that a program would run as a formula is marked as text.

    Numbers and dates are ours; every text may be a client's.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a CSV file line by line, as RFC 4180 has it."""
    writer = csv.writer(_Echo())
    yield BOM + str(writer.writerow([guarded(name) for name in header]))
    for row in rows:
        yield str(writer.writerow([guarded(cell) for cell in row]))
