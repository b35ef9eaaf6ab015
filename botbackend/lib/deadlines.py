"""Work for which somebody waits so long and no longer."""

import contextlib
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.db import connections
from django.utils import translation

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what the work returns, or raise what it raises; TimeoutError when it takes longer.

    It is in the language of whoever waits, and goes on in its own thread until its own timeouts end it:
    nobody reads what comes of it then. It must end, and write nothing that matters.
    """
    around, language = copy_context(), translation.get_language()
    outcome: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            # What Django knows of the language is the thread's own, whatever context it runs in.
            outcome.put((around.run(translation.override(language)(work)), None))
        except BaseException as error:
            outcome.put((None, error))
        finally:
            with contextlib.suppress(Exception):
                connections.close_all()

    threading.Thread(target=run, name="deadline", daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no end within {seconds:g} seconds") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # there was no error, so it is the result
