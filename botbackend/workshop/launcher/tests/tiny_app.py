"""The smallest web application, for tests of the web server's configuration."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

VERSION = os.environ.get("VERSION", "")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer "fine", or the version that stands in the environment, to everything.

    /slow takes a second; the version "bad" is not ready.
    """
    if environ["PATH_INFO"] == "/slow":
        print("slow begins", flush=True)
        time.sleep(1)
    if environ["PATH_INFO"] == "/health/ready" and VERSION == "bad":
        start_response("503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"checks": {"database": "down"}}']
    text = (VERSION or "fine").encode()
    length = ("Content-Length", str(len(text)))
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Request-ID", "tiny-request"), length])
    return [text]
