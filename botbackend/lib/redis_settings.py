"""How Redis is reached, in the words of django-rq; free of imports that need the settings."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry

# By itself the client tries four times, with pauses of seconds between: behind a sentinel whose host is gone
# each connection would then take a quarter of a minute, though the next sentinel knows the answer.
_ONCE = Retry(NoBackoff(), 0)


def connection_settings(url: str, sentinels: Sequence[str], timeout: float) -> dict[str, Any]:
    """How django-rq reaches Redis, as an entry of RQ_QUEUES.

    With sentinels ("host:port") the host in `url` is the name under which they know the master:
    `redis://:password@mymaster/0`; without a name it is "mymaster". The timeouts hold for the sentinels too.
    """
    limits: dict[str, Any] = {"socket_timeout": timeout, "socket_connect_timeout": timeout}
    if not sentinels:
        base = url or "redis://127.0.0.1:1/0"  # a missing URL is reported by `manage.py check` in words
        mark = "&" if "?" in base else "?"
        return {"URL": f"{base}{mark}{'&'.join(f'{name}={value}' for name, value in limits.items())}"}
    parts = urlsplit(url)
    return {
        "SENTINELS": [
            (host, int(port or 26379)) for host, _, port in (item.partition(":") for item in sentinels)
        ],
        "MASTER_NAME": parts.hostname or "mymaster",
        "DB": int(parts.path.strip("/") or 0),
        "PASSWORD": unquote(parts.password) if parts.password else None,
        "SOCKET_TIMEOUT": timeout,
        "CONNECTION_KWARGS": {**limits, "retry": _ONCE},
        "SENTINEL_KWARGS": {**limits, "retry": _ONCE},
    }
