"""What people paste as the id of their spreadsheet: often the whole address of the page."""

import re

from botbackend.lib.text import canonical

_ID = r"[A-Za-z0-9_-]{1,200}"
# The page itself, also of an organisation's or a second account, and the two ways Drive links to a file. What
# is published has /d/e/ and another id, so an id in an address has more than one sign.
_IN_ADDRESS = re.compile(
    r"(?:https?://)?"
    r"(?:docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/"
    r"|drive\.google\.com/(?:a/[^/]+/)?(?:file/(?:u/\d+/)?d/|open\?(?:[^#]*&)?id=))"
    r"([A-Za-z0-9_-]{2,200})(?:[/?#&].*)?",
    re.IGNORECASE,
)


def spreadsheet_id_in(text: str) -> str:
    """Return the id: the text itself, or what stands in an address; "" for nothing.

    Raises ValueError for another address, also for that of a published copy, which nobody can write.
    """
    typed = canonical(text)
    found = _IN_ADDRESS.fullmatch(typed)
    if found:
        return found[1]
    if typed and not re.fullmatch(_ID, typed):
        raise ValueError(
            "must be the spreadsheet's address or its id: what stands between /d/ and /edit in the address"
        )
    return typed
