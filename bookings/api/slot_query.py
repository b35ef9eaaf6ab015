"""The question for slots as a query string."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from bookings.api import parsing
from bookings.models import Service, Specialist
from projects.models import Project

PARAMETERS = ("service", "specialist", "date_from", "date_to", "time_from", "time_to", "limit")
_MOST_SLOTS = 100_000


def asked(project: Project, query: QueryDict) -> dict[str, Any]:
    """Return the arguments for `find_slots`. Raises InvalidInput with every wrong parameter."""
    now, mistakes = timezone.now(), parsing.Mistakes()
    parsing.known_only(query, PARAMETERS, mistakes)
    found: dict[str, Any] = {"now": now, "service_ids": _services(project, query, mistakes)}
    found["date_from"], found["date_to"] = parsing.window(query, project, now, mistakes)
    if who := parsing.text(query, "specialist"):
        person = mistakes.attempt("specialist", parsing.named, Specialist, project, who, is_text=True)
        found["specialist_id"] = person
    for name in ("time_from", "time_to"):
        if text := parsing.text(query, name):
            found[name] = mistakes.attempt(name, parsing.clock, text)
    if text := parsing.text(query, "limit"):
        found["limit"] = mistakes.attempt("limit", parsing.count, text, most=_MOST_SLOTS)
    mistakes.finish()
    return found


def _services(project: Project, query: QueryDict, mistakes: parsing.Mistakes) -> list[int | None]:
    names = [name for name in query.getlist("service") if name]
    if not names:
        mistakes.fields["service"] = ["say which service"]
    return [
        mistakes.attempt("service", parsing.named, Service, project, name, is_text=True) for name in names
    ]
