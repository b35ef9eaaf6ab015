"""The service account that speaks to Google, and a client for each thread."""

import threading
from typing import Any, cast

import gspread
import requests
from django.conf import settings
from google.oauth2 import service_account

from sheets.google.errors import GoogleError

SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
)
SHEETS, DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
TIMEOUT = (5.0, 30.0)
_local = threading.local()


class _Credentials(service_account.Credentials):
    """A service account that talks to its token_uri and to nobody else.

    google-auth would also ask iamcredentials.googleapis.com for regional limits before each first call:
    one more host that may be down, and one that no base URL redirects.
    """

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class HTTPClient(gspread.HTTPClient):
    """Sends to GOOGLE_API_BASE_URL instead of Google when that is set."""

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        base = settings.GOOGLE_API_BASE_URL
        for host in (SHEETS, DRIVE):
            if base and endpoint.startswith(host):
                endpoint = base + endpoint[len(host) :]
        return super().request(method, endpoint, *args, **kwargs)


def client() -> HTTPClient:
    """Return this thread's client; a session is not to be shared between threads."""
    path = settings.GOOGLE_CREDENTIALS_FILE
    if not path:
        raise GoogleError("GOOGLE_CREDENTIALS_FILE is not set", permanent=True)
    cached: dict[str, HTTPClient] = _local.__dict__.setdefault("clients", {})
    if path not in cached:
        try:
            load: Any = _Credentials.from_service_account_file  # not typed there
            credentials = load(path, scopes=list(SCOPES))
            made = gspread.authorize(credentials, http_client=HTTPClient)
        except (OSError, ValueError) as error:
            raise GoogleError(f"the service account file cannot be used: {error}", permanent=True) from error
        made.set_timeout(TIMEOUT)
        cached[path] = cast(HTTPClient, made.http_client)
    return cached[path]


def service_account_email() -> str:
    """Return the address that spreadsheets must be shared with."""
    return str(getattr(client().auth, "service_account_email", ""))
