"""One HTTP exchange with SendPulse and its like: what certainly did not leave, what may have."""

import os
import threading
import time
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from botbackend.outbox.claims import network

CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0
MAX_ANSWER_BYTES = 1024 * 1024
# A connection that idled longer may just be closed by the other side: using it would turn an ordinary
# message into one of unknown fate.
IDLE_SECONDS = 4.0

_local = threading.local()


class NotSentError(Exception):
    """The request certainly never reached SendPulse, or was certainly not carried out: safe to repeat."""


class LostAnswerError(Exception):
    """The request left, the answer did not come: nobody knows whether it was carried out."""


class TooLongError(LostAnswerError):
    """The answer has more bytes than were allowed for."""


@dataclass(frozen=True)
class Answer:
    """Status and raw body of an answer, and where a redirect leads."""

    status: int
    body: bytes
    location: str = ""


class _Bearer(AuthBase):
    """Sets the header as an auth object, else requests would prefer a .netrc entry of the machine."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def exchange(
    method: str,
    url: str,
    *,
    token: str = "",
    json: dict[str, Any] | None = None,
    params: dict[str, str] | None = None,
    form: dict[str, Any] | None = None,
    seconds: float = TOTAL_SECONDS,
    silence: float | None = None,
    most_bytes: int = MAX_ANSWER_BYTES,
) -> Answer:
    """Make one request that takes about `seconds` at most. Raises NotSentError or LostAnswerError.

    `form` holds the parts of a multipart body as `requests` takes them; `silence` is how long the other side
    may say nothing, READ_SECONDS if not given.
    """
    ends = time.monotonic() + seconds
    timeout = (min(CONNECT_SECONDS, seconds), min(silence or READ_SECONDS, seconds))
    try:
        with (
            network(),
            _session().request(
                method,
                url,
                json=json,
                params=params,
                files=form,
                auth=_Bearer(token),
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            body = _read(response, ends, most_bytes)
            answer = Answer(response.status_code, body, response.headers.get("Location", ""))
    except requests.RequestException as error:
        _local.session.close()
        raise _translate(error) from error
    _local.used = time.monotonic()
    return answer


def _session() -> requests.Session:
    """The session of this thread in this process, without connections that idled too long."""
    if getattr(_local, "pid", None) != os.getpid():
        _local.session, _local.pid, _local.used = requests.Session(), os.getpid(), 0.0
    if time.monotonic() - _local.used > IDLE_SECONDS:
        _local.session.close()
    session: requests.Session = _local.session
    return session


class _TooLong(requests.RequestException):
    pass


def _read(response: requests.Response, ends: float, most_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(16384):
        body += chunk
        if len(body) > most_bytes:
            raise _TooLong
        if time.monotonic() > ends:
            raise requests.ReadTimeout("the answer is too slow")
    return bytes(body)


def _translate(error: requests.RequestException) -> Exception:
    """Tell what never left from what may have arrived."""
    never = (
        requests.ConnectTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.ProxyError,
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
    )
    if isinstance(error, _TooLong):
        return TooLongError("too long")
    if isinstance(error, never) or _has_cause(error, NewConnectionError):
        return NotSentError(type(error).__name__)
    return LostAnswerError(type(error).__name__)


def _has_cause(error: BaseException, wanted: type[BaseException]) -> bool:
    """Is `wanted` anywhere in the chain of causes, urllib3's `reason` included?"""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        found = todo.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        if isinstance(found, wanted):
            return True
        seen.add(id(found))
        todo += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
    return False
