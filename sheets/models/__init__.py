"""What is known of a spreadsheet: its link and tabs, and the rows in it."""

from sheets.models.links import (
    SPREADSHEET_TAKEN,
    SheetAdoption,
    SheetLink,
    SheetTab,
    spreadsheet_of,
)
from sheets.models.rows import SheetConflict, SheetRow

__all__ = [
    "SPREADSHEET_TAKEN",
    "SheetAdoption",
    "SheetConflict",
    "SheetLink",
    "SheetRow",
    "SheetTab",
    "spreadsheet_of",
]
