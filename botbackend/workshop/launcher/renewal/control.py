"""How `reload` reaches the launcher that runs in the same directory, and hears what came of it."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

NAME = "control"
DONE, FAILED = "done", "failed: "

Say = Callable[[str], None]


class NobodyRuns(RuntimeError):
    """No launcher listens in that directory."""


class Control:
    """Listens for one request after the other; who may write into the directory may ask."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def __enter__(self) -> "Control":
        self._path.unlink(missing_ok=True)  # the directory is locked: nobody else listens there
        with _short(self._path) as short:
            self._listener.bind(short)
        self._path.chmod(0o600)
        self._listener.listen()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def serve(self, act: Callable[[Say], None], *, failures: tuple[type[Exception], ...]) -> None:
        """Do what is asked for, without end: `act` gets a way to tell whoever asked.

        One of `failures` is told and leaves everything as it was.
        """
        while True:
            connection, _ = self._listener.accept()
            with connection:
                say = _teller(connection)
                try:
                    act(say)
                except failures as error:
                    say(f"{FAILED}{error}")
                else:
                    say(DONE)


def ask(directory: Path, tell: Say) -> str:
    """Ask the launcher of this directory, tell its lines; "" or why it failed. Raises NobodyRuns."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            with _short(directory / NAME) as short:
                asking.connect(short)
        except OSError as error:
            raise NobodyRuns(f"nothing runs in {directory}; start it with `make run`") from error
        with asking.makefile(encoding="utf-8") as lines:
            return _follow(lines, tell)


def _follow(lines: Iterator[str], tell: Say) -> str:
    """The outcome comes last; a failure may have several lines."""
    told: list[str] = []
    for line in lines:
        text = line.rstrip("\n")
        if text == DONE:
            return ""
        if told or text.startswith(FAILED):
            told.append(text.removeprefix(FAILED))
        else:
            tell(text)
    return "\n".join(told) or "the launcher ended meanwhile"


def _teller(connection: socket.socket) -> Say:
    def say(line: str) -> None:
        with contextlib.suppress(OSError):  # who asked may have left
            connection.sendall(f"{line}\n".encode())

    return say


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """The address by another name: one of a socket has room for 107 bytes only."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{path.name}"
    finally:
        os.close(handle)
