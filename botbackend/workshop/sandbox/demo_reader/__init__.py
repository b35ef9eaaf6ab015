"""The demo's small reader: what the Claude stand-in says to whoever types freely into the chat page.

It knows a few words of Ukrainian, Russian, English and Polish and is no language model. Nothing but the demo
uses it: tests and measurements bring their answers as data.
"""

from __future__ import annotations

from botbackend.workshop.sandbox.claude.answers.asked import UNDERSTAND, Asked
from botbackend.workshop.sandbox.claude.answers.data import AnswerData

from .replying import reply
from .wishes import understand


def read(asked: Asked) -> AnswerData:
    """An answer to a request, as data."""
    return AnswerData(understand=understand(asked)) if asked.kind == UNDERSTAND else reply(asked)
