"""A small rule-based reader that stands in for Claude in the demo.

It reads Ukrainian, Russian, English and basic Polish by word lists. It is no language model and is announced
as what it is by the `x-stand-in` header of every answer.
"""

from __future__ import annotations

from ..claude_script import COMPRESS, UNDERSTAND, kind_of
from ..wire import Json
from .compress import compress
from .request import unpack
from .respond import respond
from .understand import understand


def read(body: Json) -> Json:
    """An answer to a valid request, in the short form of scripted answers."""
    kind = kind_of(body)
    if kind == UNDERSTAND:
        return {"json": understand(unpack(body))}
    if kind == COMPRESS:
        return {"json": compress(body)}
    return respond(unpack(body))
