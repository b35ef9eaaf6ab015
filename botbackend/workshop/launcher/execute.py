"""`exec -- CMD`: run one command with throwaway servers around it."""

import base64
import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType

from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.run_directory import ephemeral_directory
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def throwaway_secrets() -> dict[str, str]:
    """Fresh values for what the settings demand and a test run never keeps."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


@contextlib.contextmanager
def ephemeral_servers(
    environment: Mapping[str, str], *, fast: bool
) -> Iterator[tuple[dict[str, str], Guard]]:
    """Start the servers whose URLs are unset; yields the completed environment and the guard of the run."""
    with ephemeral_directory() as directory, contextlib.ExitStack() as stack:
        # A developer's .env holds real keys; a test or benchmark sees only what it is given.
        complete = {"ENV_FILE": os.devnull, **throwaway_secrets(), **environment}
        if not complete.get("DATABASE_URL"):
            postgres = EmbeddedPostgres(directory.path / "postgres", fast=fast, guard=directory.guard)
            stack.callback(postgres.stop)
            postgres.start()
            complete["DATABASE_URL"] = postgres.url
        if not complete.get("REDIS_URL"):
            redis = EmbeddedRedis(directory.path / "redis", fast=fast, guard=directory.guard)
            stack.callback(redis.stop)
            redis.start()
            complete["REDIS_URL"] = redis.url
        yield complete, directory.guard


class _Signals:
    """Passes signals on to the command; before there is one, a signal ends the launcher in good order."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.ending = False

    def install(self) -> None:
        for signum in FORWARDED:
            signal.signal(signum, self._handle)

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        if self.ending:
            return
        if self.child is None:
            self.ending = True
            raise SystemExit(128 + signum)
        if signum in (signal.SIGINT, signal.SIGQUIT) and _terminal_delivers():
            return  # Ctrl-C reached the command already, it shares our terminal
        if self.child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child.pid, signum)


def _terminal_delivers() -> bool:
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def execute(command: Sequence[str], *, fast: bool) -> int:
    """Run `command` amid servers and secrets; returns its exit code (128 + n for a signal)"""
    signals = _Signals()
    signals.install()
    with ephemeral_servers(os.environ, fast=fast) as (environment, guard):
        try:
            signals.child = subprocess.Popen(command, env=environment)
        except OSError as error:
            sys.stderr.write(f"cannot run {command[0]}: {error.strerror}\n")
            return 127
        guard.add_process(signals.child.pid)
        try:
            code = signals.child.wait()
        finally:
            signals.ending = True
            guard.forget(signals.child.pid)
    return code if code >= 0 else 128 - code
