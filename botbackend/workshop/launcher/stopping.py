"""Turning SIGTERM, SIGINT and SIGHUP into an orderly end of the launcher."""

import signal
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the launcher to end; not an Exception, so that no handler of errors swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


class _Once:
    def __init__(self) -> None:
        self.asked = False

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        # The second Ctrl-C of an impatient user must not interrupt the cleaning up.
        if not self.asked:
            self.asked = True
            raise Stopped(signum)


def stop_on_signals() -> None:
    """From now on the first of the signals raises Stopped in the main thread; later ones are ignored."""
    handler = _Once()
    for signum in SIGNALS:
        signal.signal(signum, handler)


def wait_for_signal() -> NoReturn:
    """Sleep until Stopped is raised."""
    while True:
        signal.pause()
