"""Failures, told in Google's own words and sorted by what to do."""

import re

import requests

RETRYABLE = {408, 429, 500, 502, 503, 504}
QUOTA_REASONS = {"rateLimitExceeded", "userRateLimitExceeded"}  # Drive says 403 where Sheets says 429
LONGEST = 400
_QUOTED = re.compile(r'"[^"]*"')  # a refused request is quoted back, and a client's name may stand in it


class GoogleError(Exception):
    """A request failed. `permanent` = a person must act; otherwise a later cycle reads anew and goes on.

    `said` is Google's message as it came, "" where none did; `status` 0 means that no answer came.
    """

    def __init__(
        self, message: str, *, permanent: bool, status: int = 0, wait_seconds: float = 5.0, said: str = ""
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status = status
        self.wait_seconds = wait_seconds
        self.said = said


def from_response(response: requests.Response, email: str) -> GoogleError:
    """The failure that an answer with an error status tells of."""
    status, (said, reason) = response.status_code, _told(response)
    if status == 429 or (status == 403 and reason in QUOTA_REASONS):
        what, permanent = "the quota of Google is used up", False
        status = 429
    elif status in RETRYABLE:
        what, permanent = f"Google answered {status}", False
    else:
        what, permanent = _advice(status, email), True
    message = f"{what}: {said}" if said else what
    wait = 30.0 if status == 429 else 5.0
    return GoogleError(message, permanent=permanent, status=status, wait_seconds=wait, said=said)


def _advice(status: int, email: str) -> str:
    known = {
        401: f"Google refused the service account {email}",
        403: f"share the spreadsheet with {email} as an editor",
        404: "there is no such spreadsheet",
    }
    return known.get(status, f"Google refused the request ({status})")


def _told(response: requests.Response) -> tuple[str, str]:
    """Message and reason of an answer; ("", "") where it is a page or nothing."""
    try:
        error = response.json()["error"]
        if isinstance(error, str):  # the token endpoint's form
            return str(response.json().get("error_description") or error)[:LONGEST], error
        reasons = [entry.get("reason", "") for entry in error.get("errors", [])]
        return _QUOTED.sub('"…"', str(error.get("message", "")))[:LONGEST], reasons[0] if reasons else ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""
