"""The service accounts that speak to Google, and a client of each for each thread."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import gspread
import requests
from django.conf import settings
from google.oauth2 import service_account

from sheets.google.errors import GoogleError
from sheets.keyfiles import key_files

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


@dataclass(frozen=True)
class Account:
    """A service account; `google_project` is whose quota it shares with its siblings."""

    email: str
    google_project: str
    path: str

    def client(self) -> HTTPClient:
        """Return this thread's client; a session is not to be shared between threads."""
        cached: dict[str, HTTPClient] = _local.__dict__.setdefault("clients", {})
        if self.path not in cached:
            made = gspread.authorize(_load(self.path), http_client=HTTPClient)
            made.set_timeout(TIMEOUT)
            cached[self.path] = cast(HTTPClient, made.http_client)
        return cached[self.path]


def accounts() -> list[Account]:
    """Return the accounts of this installation, the first one first. Raises GoogleError without any."""
    paths = key_files()
    if not paths:
        raise GoogleError("GOOGLE_CREDENTIALS_FILE is not set", permanent=True)
    return [_account(path) for path in paths]


@lru_cache(maxsize=64)
def _account(path: str) -> Account:
    found = _load(path)
    return Account(str(found.service_account_email), str(found.project_id or ""), path)


def _load(path: str) -> Any:
    load: Any = _Credentials.from_service_account_file  # not typed there
    try:
        return load(path, scopes=list(SCOPES))
    except (OSError, ValueError) as error:
        raise GoogleError(f"the service account file cannot be used: {error}", permanent=True) from error
