"""The SDK's clients: one per process and one pool of connections, whatever the number of keys and threads."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
from django.conf import settings
from rq.timeouts import JobTimeoutException

CONNECT_SECONDS = 5.0


class _Deadline(httpx2.SyncByteStream):
    """A body that stops at its deadline: a read timeout alone is renewed by every trickled byte."""

    def __init__(self, stream: httpx2.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the answer came too slowly")
            yield chunk

    def close(self) -> None:
        self._stream.close()


class _Transport(httpx2.HTTPTransport):
    """Bounds a whole answer by the request's read timeout."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        seconds = request.extensions.get("timeout", {}).get("read") or 600.0
        until = time.monotonic() + seconds
        response = super().handle_request(request)
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Deadline(response.stream, until)
        return response


def _rq_timeout_guard(request: Any, call_next: Any) -> Any:
    """Let RQ's alarm through: the SDK would take it for a connection error."""
    try:
        return call_next(request)
    except anthropic.APIConnectionError as error:
        if isinstance(error.__cause__, JobTimeoutException):
            raise error.__cause__ from None
        raise


_clients: dict[tuple[int, str], anthropic.Anthropic] = {}
_lock = threading.Lock()


def client(secret: str, seconds: float) -> anthropic.Anthropic:
    """Return a client with this key and this time for one attempt; cheap, shares the process's connections.

    Keyed by process id: a fork must never reuse its parent's sockets.
    """
    place = (os.getpid(), settings.CLAUDE_BASE_URL)
    with _lock:
        base = _clients.get(place)
        if base is None:
            base = _clients[place] = _build()
    timeout = anthropic.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    return base.with_options(api_key=secret, timeout=timeout)


def _build() -> anthropic.Anthropic:
    limits = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)
    return anthropic.Anthropic(
        api_key="set-per-call",
        base_url=settings.CLAUDE_BASE_URL,
        max_retries=0,
        http_client=anthropic.DefaultHttpxClient(transport=_Transport(limits=limits), trust_env=False),
        middleware=[_rq_timeout_guard],
    )
