"""Words of a request turned into rows and moments; every mistake is collected with its path."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import ParamSpec, TypeVar

from django.http import QueryDict

from bookings.engine.calendars import from_wall_clock, local_date_of, zone_named
from bookings.engine.minutes import minute_of
from bookings.models import Service, Specialist
from bookings.models.catalogue import key_of
from botbackend.lib.errors import DomainError
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from projects.errors import InvalidInput
from projects.models import Project

Value = TypeVar("Value")
P = ParamSpec("P")
# Python's own readers also take week dates, dates without dashes and "T1200"; a client that sends those
# means something else than we would read.
_DAY = r"(?:19|2\d)\d{2}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}"
_MOMENT = rf"{_DAY}[T ]{_CLOCK}(?::\d{{2}}(?:\.\d{{1,6}})?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?"


class Mistakes:
    """Collects what is wrong, to be told at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def attempt(self, path: str, read: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value | None:
        """Return what `read` returns; a ValueError or DomainError becomes a message at `path`."""
        try:
            return read(*args, **named)
        except DomainError as error:
            self.fields.setdefault(path, []).extend(error.fields.get(path) or [error.message])
        except ValueError as error:
            self.fields.setdefault(path, []).append(str(error))
        return None

    def finish(self) -> None:
        """Raise InvalidInput if anything was wrong."""
        if self.fields:
            raise InvalidInput("The request is not valid.", fields=self.fields)


def named(
    model: type[Service] | type[Specialist], project: Project, value: int | str, *, is_text: bool = False
) -> int:
    """Return the id of a service or specialist of the project given by id or name.

    A text is a name first, then, in a query string (`is_text`), a number. Raises ValueError.
    """
    rows = model._default_manager.filter(project=project).order_by("-is_active", "id")
    known = list(rows.values_list("id", "name"))
    if isinstance(value, int):
        found = [number for number, _ in known if number == value]
    else:
        wanted = canonical(value)
        found = [number for number, name in known if name == wanted]
        found += [number for number, name in known if key_of(name) == key_of(wanted)]
        if is_text and wanted.isascii() and wanted.isdigit():
            found += [number for number, _ in known if str(number) == wanted]
    if not found:
        raise ValueError(f"there is no such {model._meta.verbose_name}")
    return found[0]


def phone(text: str, project: Project, field: str) -> str:
    """Return a phone as E.164. Raises InvalidPhone."""
    return e164(text, country=project.home_country, field=field)


def moment(text: str, project: Project) -> datetime:
    """Return an ISO 8601 moment as an aware one; without offset it is the salon's wall clock.

    Raises ValueError or InvalidRequest.
    """
    if not _is(_MOMENT, text.strip()):
        raise ValueError("write a date and a time as 2026-11-23T12:00")
    try:
        parsed = datetime.fromisoformat(text.strip())
        aware = from_wall_clock(parsed, zone_named(project.timezone))
        minute_of(aware)
    except (ValueError, OverflowError) as error:
        raise ValueError("this is no ISO 8601 date and time") from error
    if aware.second or aware.microsecond:
        raise ValueError("visits begin at whole minutes")
    if not 2000 <= aware.year <= 2200:
        raise ValueError("this year is not served")
    return aware


def day(text: str) -> date:
    """Return a date written as YYYY-MM-DD. Raises ValueError."""
    if not _is(_DAY, text):
        raise ValueError("write a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("there is no such day") from error


def clock(text: str) -> time:
    """Return a time written as HH:MM. Raises ValueError."""
    if not _is(_CLOCK, text):
        raise ValueError("write a time as HH:MM")
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError("write a time as HH:MM") from error


def _is(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None


def count(text: str, *, most: int) -> int:
    """Return a whole number from 1 to `most`. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most and len(text) < 9):
        raise ValueError(f"write a whole number from 1 to {most}")
    return int(text)


def known_only(query: QueryDict, allowed: Collection[str], mistakes: Mistakes) -> None:
    """Note every parameter that the address does not take: a mistyped filter must not be passed over."""
    for name in query:
        if name not in allowed:
            mistakes.fields[name] = ["unknown parameter"]


def window(query: QueryDict, project: Project, now: datetime, mistakes: Mistakes) -> tuple[date, date]:
    """Return `date_from` (default today) and `date_to` (default a week later)."""
    today = local_date_of(minute_of(now), zone_named(project.timezone))
    first = mistakes.attempt("date_from", day, text(query, "date_from")) if query.get("date_from") else today
    last = mistakes.attempt("date_to", day, text(query, "date_to")) if query.get("date_to") else None
    default = (first or today) + timedelta(days=7)
    if first and last and last < first:
        mistakes.fields["date_to"] = ["this is before date_from"]
    return first or today, last or default


def text(query: QueryDict, name: str) -> str:
    """Return a parameter, "" where it is missing."""
    return str(query.get(name) or "")
