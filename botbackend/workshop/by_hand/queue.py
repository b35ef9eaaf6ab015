"""The folder of requests that wait for somebody: `0001.request.json`, and beside it `0001.answer.json`."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from botbackend.workshop.by_hand.answers import Unfit, answer_in
from botbackend.workshop.sandbox.wire import ConnectionCut, Json

LOOK_SECONDS = 0.1
_NUMBER = re.compile(r"(\d+)\.request\.json")


class HandQueue:
    """Requests go out as files, each waits for its own answer; any number may wait at once."""

    def __init__(self, folder: Path, *, tell: Callable[[str], None] = lambda line: None) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._tell = tell
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._waiting: dict[str, Future[Json]] = {}
        found = (_NUMBER.fullmatch(path.name) for path in folder.iterdir())
        self._last = max((int(match[1]) for match in found if match), default=0)

    def close(self) -> None:
        """Let everybody go who still waits."""
        self._closed.set()

    def ask(self, body: Json) -> Json:
        """Return what somebody answered. Raises ConnectionCut when the queue is closed before.

        A request that comes again while it waits (its sender had no more patience) gets the same answer.
        """
        text = json.dumps(body, ensure_ascii=False, indent=2)
        with self._lock:
            asked = self._waiting.get(text)
            if asked is None:
                asked_now = self._waiting[text] = Future()
                self._last += 1
                number = self._last
        if asked is not None:
            self._tell("a request that waits was asked again")
            return asked.result()
        try:
            asked_now.set_result(self._answered(number, text, body))
        except BaseException as error:
            asked_now.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._waiting[text]
        return asked_now.result()

    def _answered(self, number: int, text: str, body: Json) -> Json:
        stem = f"{number:04}"
        self._write(f"{stem}.request.json", text + "\n")
        self._tell(f"{stem} waits: {self.folder / stem}.request.json")
        answer, refused = self.folder / f"{stem}.answer.json", self.folder / f"{stem}.error"
        before = b""
        while not self._closed.wait(LOOK_SECONDS):
            try:
                written = answer.read_bytes()
            except FileNotFoundError:
                continue
            try:
                found = answer_in(written, body)
            except Unfit as error:
                if written == before:  # nobody is still writing it
                    self._refuse(answer, refused, str(error))
                before = written
                continue
            refused.unlink(missing_ok=True)
            self._tell(f"{stem} is answered")
            return found
        raise ConnectionCut

    def _refuse(self, answer: Path, refused: Path, why: str) -> None:
        """Put an answer aside that cannot be given: the next one is written under the same name."""
        answer.replace(answer.with_suffix(".refused"))
        self._write(refused.name, why + "\n")
        self._tell(f"{refused.stem} needs another answer: {refused}")

    def _write(self, name: str, text: str) -> None:
        """Make a file that is there whole or not at all."""
        partial = self.folder / f".{name}"
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, self.folder / name)
