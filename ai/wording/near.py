"""Which days are "today" and "tomorrow" for whoever reads a text: those of the moment at which it is read.

What is asked or offered is read at once and has these words beside the date, as long as midnight does not
come before the card runs out. A receipt and what the salon writes by itself are read days later: they have
the date and its weekday.
"""

from datetime import date, datetime, timedelta, tzinfo

from ai.wording.defaults import texts_of

READ_WITHIN = timedelta(minutes=10)


def read_on(now: datetime, zone: tzinfo) -> date | None:
    """Return the date on which what is said now will be read, None where that may be the next one."""
    today = now.astimezone(zone).date()
    return today if (now + READ_WITHIN).astimezone(zone).date() == today else None


def near_word(language: str, day: date, near: date | None) -> str:
    """Return "today" or "tomorrow" if the day is that on the date `near`; "" for every other day."""
    if near is None:
        return ""
    words = {near: texts_of(language).today, near + timedelta(days=1): texts_of(language).tomorrow}
    return words.get(day, "")
