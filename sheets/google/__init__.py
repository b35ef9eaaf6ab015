"""The one seam to Google Sheets and Drive: a request each, errors sorted by what to do."""

from sheets.google.access import service_account_email
from sheets.google.drive import version
from sheets.google.errors import GoogleError
from sheets.google.marks import ForeignSpreadsheet
from sheets.google.quota import QuotaWait
from sheets.google.reading import Grid, grids_of, read_tabs, tabs_of
from sheets.google.writing import Shown, write

__all__ = [
    "ForeignSpreadsheet",
    "GoogleError",
    "Grid",
    "QuotaWait",
    "Shown",
    "grids_of",
    "read_tabs",
    "service_account_email",
    "tabs_of",
    "version",
    "write",
]
