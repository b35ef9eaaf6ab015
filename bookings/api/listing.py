"""The list of bookings: filters, and pages that stay right while rows are added."""

import base64
import binascii
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from bookings.api import parsing
from bookings.engine.calendars import zone_named
from bookings.models import Booking, Service, Specialist
from bookings.models.clients import contact_id_in
from bookings.models.visits import BookingQuerySet
from projects.models import Project

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
_FILTERS = {"date_from", "date_to", "status", "specialist", "service", "contact_id", "limit", "after"}


def page(project: Project, query: QueryDict) -> tuple[list[Booking], str | None]:
    """Return bookings by start and the mark after which the next page begins, None at the end.

    Raises InvalidInput with every wrong parameter.
    """
    mistakes = parsing.Mistakes()
    parsing.known_only(query, _FILTERS, mistakes)
    limit = DEFAULT_PAGE
    if "limit" in query:
        limit = (
            mistakes.attempt("limit", parsing.count, parsing.text(query, "limit"), most=LARGEST_PAGE) or limit
        )
    rows = _filtered(project, query, mistakes)
    if query.get("after"):
        mark = mistakes.attempt("after", _read_mark, parsing.text(query, "after"))
        if mark is not None:
            rows = rows.filter(Q(start__gt=mark[0]) | Q(start=mark[0], id__gt=mark[1]))
    mistakes.finish()
    found = list(rows.with_names().order_by("start", "id")[: limit + 1])
    more = len(found) > limit
    return found[:limit], _mark(found[limit - 1]) if more else None


def _filtered(project: Project, query: QueryDict, mistakes: parsing.Mistakes) -> BookingQuerySet:
    rows = Booking.objects.real(timezone.now()).filter(project=project)
    zone = zone_named(project.timezone)
    if query.get("date_from"):
        first = mistakes.attempt("date_from", parsing.day, parsing.text(query, "date_from"))
        if first is not None:
            rows = rows.filter(start__gte=datetime.combine(first, time(), zone))
    if query.get("date_to"):
        last = mistakes.attempt("date_to", parsing.day, parsing.text(query, "date_to"))
        if last is not None:
            rows = rows.filter(start__lt=datetime.combine(last + timedelta(days=1), time(), zone))
    statuses = [one for text in query.getlist("status") for one in text.split(",") if one]
    if any(one not in Booking.Status.values for one in statuses):
        mistakes.fields["status"] = [f"one of {', '.join(Booking.Status.values)}"]
    elif statuses:
        rows = rows.filter(status__in=statuses)
    if contact_id := parsing.text(query, "contact_id"):
        rows = rows.filter(client__project=project, client__contact_id=contact_id_in(contact_id))
    return _filtered_by_names(rows, project, query, mistakes)


def _filtered_by_names(
    rows: BookingQuerySet, project: Project, query: QueryDict, mistakes: parsing.Mistakes
) -> BookingQuerySet:
    for name, model in (("service", Service), ("specialist", Specialist)):
        if text := parsing.text(query, name):
            found = mistakes.attempt(name, parsing.named, model, project, text, is_text=True)
            rows = rows.filter(**{f"{name}_id": found})
    return rows


def _mark(booking: Booking) -> str:
    text = f"{booking.start.isoformat()},{booking.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_mark(text: str) -> tuple[datetime, int]:
    try:
        clear = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        start, _, number = clear.partition(",")
        moment = datetime.fromisoformat(start)
        if moment.tzinfo is None or len(number) > 18:
            raise ValueError
        return moment, int(number)
    except (ValueError, binascii.Error) as error:
        raise ValueError("take this from `next`") from error
