"""Wall-clock times of the configuration: "HH:MM" on the outside, minutes after midnight inside."""

import re

MIDNIGHT = 24 * 60
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
TIME_HELP = 'must be a time "HH:MM"'
# Three ways to write the end of the day; the last one is what forms offer that know no 24:00.
_END_OF_DAY = {"24:00", "00:00", "23:59"}

Range = tuple[int, int]


def read_time(text: str, *, is_end: bool) -> int:
    """Return minutes after midnight; an end of 24:00, 00:00 or 23:59 is midnight. Raises ValueError."""
    if not _TIME.fullmatch(text) or (text == "24:00" and not is_end):
        raise ValueError(TIME_HELP)
    if is_end and text in _END_OF_DAY:
        return MIDNIGHT
    return int(text[:2]) * 60 + int(text[3:])


def read_range(start: str, end: str) -> Range:
    """Return both ends. Raises ValueError when a time is malformed or the range does not go forward."""
    found = read_time(start, is_end=False), read_time(end, is_end=True)
    if found[1] <= found[0]:
        raise ValueError("ends before it starts")
    return found
