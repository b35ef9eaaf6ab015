"""One request to Google and what its failures mean."""

from typing import Any, cast

import requests
from google.auth import exceptions as google_errors
from gspread.exceptions import APIError

from botbackend.outbox.claims import network
from sheets.google.accounts import SHEETS, client, service_account_email
from sheets.google.errors import GoogleError, from_response

Json = dict[str, Any]


def call(method: str, url: str, body: Json | None = None, **params: str) -> Json:
    """Send one request and return its answer. Raises GoogleError."""
    http = client()
    try:
        with network():
            answer = http.request(method, url, json=body, params=params or None).json()
    except APIError as error:
        raise from_response(error.response, service_account_email()) from error
    except google_errors.RefreshError as error:
        retryable = bool(getattr(error, "retryable", False))
        raise GoogleError(f"no token from Google: {error}", permanent=not retryable) from error
    except google_errors.TransportError as error:
        raise GoogleError(f"the token endpoint does not answer: {error}", permanent=False) from error
    except (requests.RequestException, ValueError, TypeError) as error:
        # Silence, a cut line, no JSON: the outcome is unknown, so the next cycle reads first.
        raise GoogleError(f"Google did not answer: {type(error).__name__}", permanent=False) from error
    return cast(Json, answer)


def call_sheets(method: str, path: str, body: Json | None = None, **params: str) -> Json:
    """Send one request to Sheets. Raises GoogleError."""
    return call(method, f"{SHEETS}/v4/spreadsheets/{path}", body, **params)
