"""The one seam to Google Sheets: gspread's HTTP client, with timeouts and errors sorted by what to do."""

import threading
from collections.abc import Sequence
from typing import Any, cast

import gspread
import requests
from django.conf import settings
from google.auth import exceptions as google_errors
from google.oauth2 import service_account
from gspread.exceptions import APIError

from botbackend.outbox.claims import network

SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
)
REAL_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")
TIMEOUT = (5.0, 30.0)
_RETRYABLE = {408, 429, 500, 502, 503, 504}
_local = threading.local()


class GoogleError(Exception):
    """A request failed. `permanent` = a person must act; otherwise a later cycle reads anew and goes on."""

    def __init__(self, message: str, *, permanent: bool, status: int = 0, wait_seconds: float = 5.0) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status = status
        self.wait_seconds = wait_seconds


class _Credentials(service_account.Credentials):
    """A service account that talks to its token_uri and to nobody else.

    google-auth would also ask iamcredentials.googleapis.com for regional limits before each first call:
    one more host that may be down, and one that no base URL redirects.
    """

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class _HTTPClient(gspread.HTTPClient):
    """Sends to GOOGLE_API_BASE_URL instead of Google when that is set."""

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        base = settings.GOOGLE_API_BASE_URL
        for host in REAL_HOSTS:
            if base and endpoint.startswith(host):
                endpoint = base + endpoint[len(host) :]
        return super().request(method, endpoint, *args, **kwargs)


def _http() -> _HTTPClient:
    """Return this thread's client; a session is not to be shared between threads."""
    path = settings.GOOGLE_CREDENTIALS_FILE
    if not path:
        raise GoogleError("GOOGLE_CREDENTIALS_FILE is not set", permanent=True)
    cached: dict[str, _HTTPClient] = _local.__dict__.setdefault("clients", {})
    if path not in cached:
        try:
            load: Any = _Credentials.from_service_account_file  # not typed there
            credentials = load(path, scopes=list(SCOPES))
            client = gspread.authorize(credentials, http_client=_HTTPClient)
        except (OSError, ValueError) as error:
            raise GoogleError(f"the service account file cannot be used: {error}", permanent=True) from error
        client.set_timeout(TIMEOUT)
        cached[path] = cast(_HTTPClient, client.http_client)
    return cached[path]


def service_account_email() -> str:
    """Return the address that spreadsheets must be shared with."""
    return str(getattr(_http().auth, "service_account_email", ""))


def _call(method: str, path: str, body: dict[str, Any] | None = None, **params: str) -> dict[str, Any]:
    url = f"{REAL_HOSTS[0]}/v4/spreadsheets/{path}"
    try:
        with network():
            answer = _http().request(method, url, json=body, params=params or None).json()
    except APIError as error:
        raise _from_status(error.response) from error
    except google_errors.RefreshError as error:
        retryable = bool(getattr(error, "retryable", False))
        raise GoogleError(f"no token from Google: {error}", permanent=not retryable) from error
    except google_errors.TransportError as error:
        raise GoogleError(f"the token endpoint does not answer: {error}", permanent=False) from error
    except (requests.RequestException, ValueError, TypeError) as error:
        # Silence, a cut line, no JSON: the outcome is unknown, so the next cycle reads first.
        raise GoogleError(f"Google did not answer: {type(error).__name__}", permanent=False) from error
    return cast(dict[str, Any], answer)


def _from_status(response: requests.Response) -> GoogleError:
    status = response.status_code
    if status == 429:
        return GoogleError(
            "the quota of Google Sheets is used up", permanent=False, status=429, wait_seconds=30
        )
    if status in _RETRYABLE:
        return GoogleError(f"Google answered {status}", permanent=False, status=status)
    hints = {
        403: "the spreadsheet is not shared with the service account",
        404: "there is no such spreadsheet",
        401: "Google refused the service account",
    }
    return GoogleError(
        hints.get(status, f"Google refused the request ({status})"), permanent=True, status=status
    )


def tabs_of(spreadsheet_id: str) -> dict[str, int]:
    """Return {title: sheet id} of all worksheets. One read."""
    answer = _call("get", spreadsheet_id, includeGridData="false")
    return {
        sheet["properties"]["title"]: sheet["properties"]["sheetId"] for sheet in answer.get("sheets", [])
    }


def read_tabs(spreadsheet_id: str, sheet_ids: Sequence[int], width: int) -> dict[int, list[list[object]]]:
    """Return the raw rows of each tab, header included. One read, whatever the number of tabs."""
    filters = [
        {
            "gridRange": {
                "sheetId": sheet_id,
                "startRowIndex": 0,
                "startColumnIndex": 0,
                "endColumnIndex": width,
            }
        }
        for sheet_id in sheet_ids
    ]
    body = {
        "dataFilters": filters,
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
        "majorDimension": "ROWS",
    }
    answer = _call("post", f"{spreadsheet_id}/values:batchGetByDataFilter", body)
    found: dict[int, list[list[object]]] = {sheet_id: [] for sheet_id in sheet_ids}
    for item in answer.get("valueRanges", []):
        sheet_id = item["dataFilters"][0]["gridRange"].get("sheetId", 0)
        found[sheet_id] = item["valueRange"].get("values", [])
    return found


def write(spreadsheet_id: str, requests_: Sequence[dict[str, Any]]) -> None:
    """Send all requests as one atomic batch. One write."""
    if requests_:
        _call("post", f"{spreadsheet_id}:batchUpdate", {"requests": list(requests_)})
