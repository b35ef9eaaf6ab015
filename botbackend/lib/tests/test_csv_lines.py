"""Files for spreadsheet programs: no cell of a client's becomes a formula, whatever parts the cells."""

import csv
from decimal import Decimal

import pytest

from botbackend.lib.csv_lines import BOM, csv_lines

STARTS = ("=", "+", "-", "@", "＝")


def _cells(text: str, separator: str, *, decimal_comma: bool = False) -> list[list[str]]:
    lines = csv_lines(["a", "b"], [[text, Decimal("450.50")]], decimal_comma=decimal_comma)
    return list(csv.reader("".join(lines).removeprefix(BOM).splitlines(), delimiter=separator))


@pytest.mark.parametrize("decimal_comma", [False, True])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text", ["=cmd", "Olena;=cmd|' /C calc'!A0;", "Olena, =1+1", "a;\t@SUM(1)", "Olena\t＝1", "x;\n-2"]
)
def test_no_cell_begins_a_formula_for_any_program(text: str, separator: str, decimal_comma: bool) -> None:
    for row in _cells(text, separator, decimal_comma=decimal_comma):
        assert [cell for cell in row if cell.strip().startswith(STARTS)] == []


def test_a_language_with_a_decimal_comma_gets_semicolons() -> None:
    assert _cells("Olena, Kyiv", ";", decimal_comma=True) == [["a", "b"], ["Olena, Kyiv", "450,50"]]
    assert _cells("Olena, Kyiv", ",") == [["a", "b"], ["Olena, Kyiv", "450.50"]]
