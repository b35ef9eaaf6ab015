"""A cell: what was entered, how it is shown, and how typing becomes a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botbackend.workshop.sandbox.wire import Json

COMPUTED = "#COMPUTED:"  # what a formula shows here; the stand-in does not calculate
EPOCH = date(1899, 12, 30)
ERRORS = {"#N/A": "N_A", "#REF!": "REF", "#NAME?": "NAME", "#VALUE!": "VALUE", "#DIV/0!": "DIVIDE_BY_ZERO"}
DOTTED_LOCALES = ("ru", "uk", "de", "pl", "be", "cs", "fi", "nb")
MAX_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Cell:
    """An immutable cell. `entered` is userEnteredValue; `api` tells that it was written through the API.

    One that is `covered` by a cell merged over it takes nothing.
    """

    entered: Json | None = None
    format: str = ""  # TEXT, DATE, TIME, NUMBER or empty
    api: bool = False
    covered: bool = False

    @property
    def formula(self) -> str:
        """The formula text, or an empty string."""
        return str((self.entered or {}).get("formulaValue", ""))

    @property
    def blank(self) -> bool:
        """Whether nothing is shown."""
        return bool(self.value() == "")

    def value(self) -> Any:
        """The unformatted value; an empty cell is an empty string."""
        if not self.entered:
            return ""
        kind, value = next(iter(self.entered.items()))
        return computed(str(value)) if kind == "formulaValue" else value

    def effective(self) -> Json:
        """effectiveValue of a filled cell: an error shows as such."""
        value = self.value()
        if isinstance(value, bool):
            return {"boolValue": value}
        if isinstance(value, int | float):
            return {"numberValue": value}
        if self.formula and value in ERRORS:
            return {"errorValue": {"type": ERRORS[value], "message": value}}
        return {"stringValue": value}

    def shown(self) -> str:
        """The formatted value."""
        value = self.value()
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return show_number(value, self.format)
        return str(value)

    def rendered(self, option: str) -> Any:
        """The value as `valueRenderOption` asks for it."""
        if option == "FORMULA" and self.formula:
            return self.formula
        return self.value() if option in ("UNFORMATTED_VALUE", "FORMULA") else self.shown()

    def with_value(self, entered: Json | None, *, api: bool) -> Cell:
        """The same format with another value."""
        return replace(self, entered=entered, api=api)


EMPTY = Cell()


def computed(formula: str) -> Any:
    """What a formula shows: a few are worked out, an error stays one, the rest is marked as computed."""
    text = formula[1:].strip()
    if text.upper() in ERRORS:
        return text.upper()
    if text.upper() == "TODAY()":
        return (datetime.now(UTC).date() - EPOCH).days
    if text.upper() == "NA()":
        return "#N/A"
    literal = re.fullmatch(r'"([^"]*)"|(-?\d+)', text)
    if literal:
        return int(literal[2]) if literal[2] else literal[1]
    return COMPUTED + formula


def show_number(value: float, style: str) -> str:
    """A number in a date, time or plain format."""
    if style == "DATE":
        return (EPOCH + timedelta(days=int(value))).strftime("%d.%m.%Y")
    if style == "TIME":
        minutes = round(value % 1 * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(int(value)) if float(value).is_integer() else str(value)


def entered_raw(value: Any) -> Json | None:
    """userEnteredValue of a RAW value: a text stays a text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"stringValue": str(value)}


def typed(value: Any, cell: Cell, locale: str, *, api: bool) -> Cell:
    """The cell after typing `value` into it (USER_ENTERED), by the spreadsheet's locale."""
    if not isinstance(value, str):
        return cell.with_value(entered_raw(value), api=api)
    if value.startswith("'"):
        return cell.with_value(entered_raw(value[1:]), api=api)
    if cell.format == "TEXT":
        return cell.with_value(entered_raw(value), api=api)
    if value.startswith(("=", "+")) and len(value) > 1 and not _number(value):
        return cell.with_value({"formulaValue": "=" + value[1:]}, api=api)
    if value.upper() in ("TRUE", "FALSE"):
        return cell.with_value({"boolValue": value.upper() == "TRUE"}, api=api)
    serial, style = _date_or_time(value, locale)
    if serial is not None:
        return Cell({"numberValue": serial}, cell.format or style, api)
    number = _number(value)
    return cell.with_value(entered_raw(value) if number is None else {"numberValue": number}, api=api)


def _number(value: str) -> float | int | None:
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", value):
        return None
    plain = value.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _date_or_time(value: str, locale: str) -> tuple[float | None, str]:
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", value)
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
        return (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) / 86400, "TIME"
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value)
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?", value)
    parts: tuple[int, int, int] | None = None
    if iso:
        parts = int(iso[1]), int(iso[2]), int(iso[3])
    elif dotted and locale.startswith(DOTTED_LOCALES):
        year = int(dotted[3] or 2026)
        parts = year + 2000 if year < 100 else year, int(dotted[2]), int(dotted[1])
    if parts is None:
        return None, ""
    try:
        return float((date(*parts) - EPOCH).days), "DATE"
    except ValueError:
        return None, ""


def cell_from_api(data: Json, before: Cell, fields: set[str]) -> Cell:
    """A cell after `updateCells`/`repeatCell` with CellData and the fields that count. Raises ValueError."""
    cell = before
    if fields & {"userEnteredValue", "*"}:
        entered = data.get("userEnteredValue") or None
        if entered is not None:
            _check_entered(entered)
        cell = cell.with_value(entered, api=True)
    if any(field.startswith("userEnteredFormat") or field == "*" for field in fields):
        kind = ((data.get("userEnteredFormat") or {}).get("numberFormat") or {}).get("type", "")
        if any(field in ("*", "userEnteredFormat") or "numberFormat" in field for field in fields):
            cell = replace(cell, format=kind)
    return cell


def _check_entered(entered: Json) -> None:
    kinds: Json = {"stringValue": str, "numberValue": (int, float), "boolValue": bool, "formulaValue": str}
    if len(entered) != 1:
        raise ValueError("exactly one of the value kinds may be set")
    name, value = next(iter(entered.items()))
    if name not in kinds:
        raise ValueError(f'Unknown name "{name}" at user_entered_value: Cannot find field.')
    if not isinstance(value, kinds[name]) or (name == "numberValue" and isinstance(value, bool)):
        raise ValueError(f"Invalid value at user_entered_value.{name}")
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        raise ValueError("Your input contains more than the maximum of 50000 characters in a single cell.")
    if name == "formulaValue" and not value.startswith("="):
        raise ValueError("formulaValue must begin with =")
