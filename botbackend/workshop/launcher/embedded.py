"""Servers for the settings that name none, and where other commands of this checkout find them."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from botbackend.workshop.launcher.ports import port_is_free
from botbackend.workshop.launcher.run_directory import RunDirectory
from botbackend.workshop.launcher.server_process import write_private
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis

KINDS: dict[str, type[EmbeddedPostgres | EmbeddedRedis]] = {
    "DATABASE_URL": EmbeddedPostgres,
    "REDIS_URL": EmbeddedRedis,
}
ADDRESSES = "addresses.json"


def missing_servers(environment: dict[str, str]) -> list[str]:
    """The settings for which a server has to be embedded."""
    unset = [variable for variable in KINDS if not environment.get(variable)]
    if environment.get("REDIS_SENTINELS"):
        unset = [variable for variable in unset if variable != "REDIS_URL"]
    return unset


def embed_servers(
    stack: contextlib.ExitStack,
    directory: RunDirectory,
    environment: dict[str, str],
    tell: Callable[[str], None],
) -> dict[str, str]:
    """Start what is missing and complete the environment; `stack` ends it. Returns what was started."""
    started = {}
    for variable in missing_servers(environment):
        kind = KINDS[variable]
        server = kind(directory.path / kind.name, guard=directory.guard)
        stack.callback(server.stop)
        server.start()
        started[variable] = server.url
        tell(f"{variable} is unset: started an embedded {kind.name} on port {server.port}")
    environment.update(started)
    write_private(directory.path / ADDRESSES, json.dumps(started))
    stack.callback((directory.path / ADDRESSES).unlink, missing_ok=True)
    return started


def running_servers(path: Path) -> dict[str, str]:
    """The addresses of what a launcher keeps running in the directory `path`; {} if none does."""
    try:
        found: dict[str, str] = json.loads((path / ADDRESSES).read_text())
    except (OSError, ValueError):
        return {}
    # A launcher that was killed leaves the file behind, and nobody listens there any more.
    is_stale = any(port_is_free(urlsplit(url).port or 0) for url in found.values())
    return {} if is_stale else found
