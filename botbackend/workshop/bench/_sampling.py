"""Looking again and again, in a thread, while a benchmark loads the product."""

import threading
import time
from typing import Self

from django.db import connection


class Sampler:
    """Looks every `every` seconds for as long as the block lasts; what is seen, `look` keeps."""

    every = 1.0

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._ended.set()
        self._thread.join()

    def look(self, now: float) -> None:
        """See how it stands, so many seconds after the beginning."""
        raise NotImplementedError

    def _go_on(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(self.every):
            self.look(time.monotonic() - began)
        connection.close()
