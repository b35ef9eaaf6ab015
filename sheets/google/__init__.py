"""The one seam to Google Sheets and Drive: a request each, errors sorted by what to do."""

from sheets.google.access import has_room, service_account_email
from sheets.google.drive import version
from sheets.google.errors import GoogleError
from sheets.google.marks import ForeignSpreadsheet, take_over
from sheets.google.quota import QuotaWait
from sheets.google.reading import Grid, grids_of, protections_of, read_tabs, read_titled, tabs_of
from sheets.google.writing import Rows, Shown, write

__all__ = [
    "ForeignSpreadsheet",
    "GoogleError",
    "Grid",
    "QuotaWait",
    "Rows",
    "Shown",
    "grids_of",
    "has_room",
    "protections_of",
    "read_tabs",
    "read_titled",
    "service_account_email",
    "tabs_of",
    "take_over",
    "version",
    "write",
]
