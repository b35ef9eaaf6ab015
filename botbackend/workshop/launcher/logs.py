"""What the children write: into one file each, and to the console if it is wanted there."""

import copy
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

ROTATE_BYTES = 20 * 1024 * 1024
KEPT_FOR_MESSAGES = 20

Console = Callable[[str], None]


class ChildLog:
    """Copies a pipe into `<directory>/<name>.log`, line by line with the time; one older file is kept."""

    def __init__(self, directory: Path, name: str, console: Console | None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / f"{name}.log"
        self._name = name
        self._console = console
        self._lock = threading.Lock()
        self._last: list[str] = []
        self._lost = 0  # lines that no disk took

    def follow(self, pipe: IO[bytes]) -> threading.Thread:
        """Copy in a thread of its own, which ends with the last process that holds the other end."""
        reader = threading.Thread(target=self._copy, args=(pipe,), name=f"log-{self._name}", daemon=True)
        reader.start()
        return reader

    def again(self) -> "ChildLog":
        """The same file for another child of this name, with last lines of its own."""
        other = copy.copy(self)
        other._last = []
        return other

    def tail(self) -> str:
        """The last lines, for a message about a child that failed."""
        with self._lock:
            return "\n".join(self._last)

    def _copy(self, pipe: IO[bytes]) -> None:
        with pipe:
            for raw in pipe:
                self._write(raw.decode(errors="replace").rstrip("\n"))

    def _write(self, line: str) -> None:
        with self._lock:
            self._last = [*self._last, line][-KEPT_FOR_MESSAGES:]
            self._store(line)
        if self._console is not None:
            with suppress(OSError):
                self._console(f"{self._name:>8} | {line}")

    def _store(self, line: str) -> None:
        """Append the line. A full disk costs lines, never the thread: a pipe nobody reads stops the child."""
        told = [f"({self._lost} lines were lost: the disk took nothing)"] if self._lost else []
        try:
            self._rotate()
            with self._path.open("a", encoding="utf-8") as file:
                for each in [*told, line]:
                    file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {self._name} | {each}\n")
        except OSError:
            self._lost += 1
        else:
            self._lost = 0

    def _rotate(self) -> None:
        if self._path.exists() and self._path.stat().st_size > ROTATE_BYTES:
            self._path.replace(self._path.with_suffix(".log.1"))
