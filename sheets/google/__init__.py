"""The one seam to Google Sheets and Drive: a request each, errors sorted by what to do."""

from sheets.google.accounts import service_account_email
from sheets.google.errors import GoogleError
from sheets.google.reading import Grid, grids_of, read_tabs, tabs_of
from sheets.google.writing import Shown, write

__all__ = [
    "GoogleError",
    "Grid",
    "Shown",
    "grids_of",
    "read_tabs",
    "service_account_email",
    "tabs_of",
    "write",
]
