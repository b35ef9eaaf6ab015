"""Claude's stand-in with somebody who answers: checks, usage and errors are the stand-in's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botbackend.workshop.by_hand.queue import HandQueue
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.keys import Key
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.wire import Reply, Request


class HandAnswered(ClaudeStandIn):
    """The Messages API; every valid request waits in the queue. Any key will do."""

    def __init__(
        self, queue: HandQueue, *, tell: Callable[[str], None] = lambda line: None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.queue = queue
        self._tell = tell
        self.script.set([Rule(call=queue.ask, times=None)])

    def answer(self, request: Request) -> Reply:
        """Let every key in, and tell of what Claude would refuse."""
        self.keys.setdefault(request.bearer(), Key("org-by-hand", "wrkspc_by_hand"))
        reply = super().answer(request)
        if reply.status >= 400:
            self._tell(f"refused with {reply.status}: {reply.payload().decode()}")
        return reply

    def stop(self) -> None:
        """Let those go who wait, then stop."""
        self.queue.close()
        super().stop()
