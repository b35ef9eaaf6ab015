"""Tables for spreadsheet programs, which take for a formula whatever begins like one."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

BOM = "\ufeff"  # without it Excel reads UTF-8 as something else
# Also the wide forms, which some programs fold before they look.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A program whose separator is another begins a cell of its own in the middle of ours.
_BEGINS_CELL = re.compile(r"([;,\t\r\n]\s*)([=+\-@＝＋－＠])")
DECIMAL_COMMA = frozenset({"uk", "ru", "pl"})  # languages whose programs part cells by semicolons
Cell = str | int | float | Decimal | date | datetime | None


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line


def guarded(value: Cell, *, decimal_comma: bool = False) -> str:
    """Return the cell's text; one that a program would run as a formula is marked as text.

    Numbers and dates are ours; every text may be a client's.
    """
    if value is None:
        return ""
    if isinstance(value, float | Decimal) and decimal_comma:
        return str(value).replace(".", ",")
    if not isinstance(value, str):
        return str(value)
    text = _BEGINS_CELL.sub(r"\1'\2", value.replace("\x00", ""))
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, decimal_comma: bool = False
) -> Iterator[str]:
    """Yield a CSV file line by line, as RFC 4180 has it.

    With `decimal_comma` as spreadsheet programs of such a language read it: semicolons between the cells.
    """
    writer = csv.writer(_Echo(), delimiter=";" if decimal_comma else ",")
    yield BOM + str(writer.writerow([guarded(name) for name in header]))
    for row in rows:
        yield str(writer.writerow([guarded(cell, decimal_comma=decimal_comma) for cell in row]))
