"""HTTP to servers on this machine, with nothing but the standard library."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

# No proxy of the environment may come between us and loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LoopbackError(RuntimeError):
    """A server on this machine did not answer as it should."""


def request(
    url: str, *, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = 10
) -> tuple[int, str]:
    """Status and text; a POST with JSON if there is a body. Status 0 and the reason if nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    content = {} if body is None else {"Content-Type": "application/json"}
    wanted = urllib.request.Request(url, data=data, headers={**content, **(headers or {})})  # noqa: S310 - ours
    try:
        with _OPENER.open(wanted, timeout=timeout) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


def ask(url: str, *, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = 10) -> Any:
    """The JSON of a 2xx answer. Raises LoopbackError for anything else."""
    status, text = request(url, body=body, headers=headers, timeout=timeout)
    if not 200 <= status < 300:
        raise LoopbackError(f"{url.partition('?')[0]} answered {status or 'nothing'}: {text[:500]}")
    return json.loads(text)
