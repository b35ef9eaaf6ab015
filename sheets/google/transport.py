"""One request to Google and what its failures mean."""

from typing import Any, Literal, cast

import requests
from google.auth import exceptions as google_errors
from gspread.exceptions import APIError

from botbackend.outbox.claims import network
from sheets.addresses import is_spreadsheet_id
from sheets.google import quota
from sheets.google.access import Access
from sheets.google.accounts import DRIVE, SHEETS, Account
from sheets.google.errors import GoogleError, from_response

Json = dict[str, Any]
Kind = Literal["read", "write", "drive"]


def call_sheets(access: Access, kind: Kind, path: str = "", body: Json | None = None, **params: str) -> Json:
    """Send one request to Sheets: a POST with a body, a GET without. Raises GoogleError."""
    return _call(access.account, kind, f"{SHEETS}/v4/spreadsheets/{_id_of(access)}{path}", body, params)


def call_drive(access: Access, **params: str) -> Json:
    """Ask Drive for the file. Raises GoogleError."""
    return _call(access.account, "drive", f"{DRIVE}/drive/v3/files/{_id_of(access)}", None, params)


def _id_of(access: Access) -> str:
    """The id as a part of an address. No quoting makes `..` or `bo%6Fk` safe: the client undoes it."""
    if not is_spreadsheet_id(access.spreadsheet_id):
        raise GoogleError("this is no id of a spreadsheet", permanent=True, status=404)
    return access.spreadsheet_id


def _call(account: Account, kind: Kind, url: str, body: Json | None, params: dict[str, str]) -> Json:
    http, method = account.client(), "get" if body is None else "post"
    try:
        with network():
            quota.reserve(account, kind)
            answer = http.request(method, url, json=body, params=params or None).json()
    except APIError as error:
        raise _failure(error, account, kind) from error
    except google_errors.RefreshError as error:
        retryable = bool(getattr(error, "retryable", False))
        raise GoogleError(f"no token from Google: {error}", permanent=not retryable) from error
    except google_errors.TransportError as error:
        raise GoogleError(f"the token endpoint does not answer: {error}", permanent=False) from error
    except (requests.RequestException, ValueError, TypeError, RecursionError) as error:
        # Silence, a cut line, no JSON: the outcome is unknown, so the next cycle reads first.
        raise GoogleError(f"Google did not answer: {type(error).__name__}", permanent=False) from error
    return cast(Json, answer)


def _failure(error: APIError, account: Account, kind: Kind) -> GoogleError:
    failure = from_response(error.response, account.email)
    if failure.status == 429 and kind != "drive":  # Drive's quota is another one: visits go on
        failure.wait_seconds = quota.rest(account)
    return failure
