"""What people paste as the id of their spreadsheet: often the whole address of the page."""

import re

from botbackend.lib.text import canonical

_IN_ADDRESS = re.compile(
    r"^(?:https?://)?docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{2,200})(?:[/?#]|$)"
)
_LONGEST = 200


def spreadsheet_id_in(text: str) -> str:
    """Return the id: the text itself, or what stands in an address; "" for nothing.

    Raises ValueError for another address, also for that of a published copy, which nobody can write.
    """
    typed = canonical(text)
    found = _IN_ADDRESS.match(typed)
    if found:
        return found[1]
    if "/" in typed or any(sign.isspace() for sign in typed) or len(typed) > _LONGEST:
        raise ValueError(
            "must be the spreadsheet's address or its id: what stands between /d/ and /edit in the address"
        )
    return typed
