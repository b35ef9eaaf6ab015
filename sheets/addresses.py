"""What people paste as the id of their spreadsheet: often the whole address of the page.

An id has one form, letters, digits, `-` and `_`: another spelling of it (`bo%6Fk`, `book?`) would reach the
same spreadsheet, and that may be another salon's.
"""

import re

from botbackend.lib.text import canonical

LONGEST = 200
ID_SIGNS = "[A-Za-z0-9_-]"  # also in the constraint of the database
NO_ID = (
    "must be the spreadsheet's address or its id: what stands between /d/ and /edit in the address, as in "
    "https://docs.google.com/spreadsheets/d/1AbC-d_9/edit"
)
_ID = f"(?P<id>{ID_SIGNS}{{1,{LONGEST}}})"
_TAIL = r"(?:[/?#]\S*)?"
_FORMS = [
    re.compile(pattern)
    for pattern in (
        rf"{_ID}(?:/edit)?(?:[?#]\S*)?",
        # /d/e/ is the address of a published copy, which nobody can write.
        rf"(?i:(?:https?://)?docs\.google\.com)(?:/a/[^/\s]+)?/spreadsheets/(?:u/\d+/)?d/(?!e/){_ID}{_TAIL}",
        rf"(?i:(?:https?://)?drive\.google\.com)(?:/a/[^/\s]+)?/(?:open|uc)\?(?:[^#\s]*&)?id={_ID}(?:[&#]\S*)?",
        rf"(?i:(?:https?://)?drive\.google\.com)(?:/a/[^/\s]+)?/file/(?:u/\d+/)?d/{_ID}{_TAIL}",
    )
]
_WHOLE_ID = re.compile(_ID)


def is_spreadsheet_id(text: str) -> bool:
    """Has it the form of an id, so that it can be a part of an address as it is?"""
    return _WHOLE_ID.fullmatch(text) is not None


def spreadsheet_id_in(text: str) -> str:
    """Return the id: the text itself, or what stands in an address; "" for nothing.

    Raises ValueError for whatever is neither, also for the address of a published copy.
    """
    typed = canonical(text)
    if not typed:
        return ""
    for form in _FORMS:
        if found := form.fullmatch(typed):
            return found["id"]
    raise ValueError(NO_ID)
