"""How each address outside of the office is asked for. One without a line here fails a test."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from bookings.models import Service, Specialist
from botbackend.workshop.bench._office.salon import Salon
from botbackend.workshop.bench._town.salons import Address
from botbackend.workshop.bench._town.timetable import Arrival
from projects.auth import create_api_key

EVENT = "event"  # in the place of a body: one that is new each time
_numbers = count(1)


@dataclass(frozen=True)
class Call:
    """A request of a program. `route` is the address as the URL configuration has it."""

    route: str
    method: str = "GET"
    query: str = ""
    body: Any = None
    status: int = 200
    address: str = ""

    @property
    def what(self) -> str:
        """How it is called in the table."""
        return f"{self.method} /{self.route}" + (f"?{self.query}" if self.query else "")

    def content(self) -> str:
        """Return the body as it is sent."""
        if self.body == EVENT:
            number = next(_numbers)
            return Arrival(0, Address(0), Address(0).contact(number % 100)).body(number, 0)
        return "" if self.body is None else json.dumps(self.body)


_API = "projects/<str:project_id>"
CALLS: Sequence[Call] = (
    Call(f"{_API}/config"),
    Call(f"{_API}/config", "POST", body={"name": "Мальва"}),
    Call(f"{_API}/stats"),
    Call(f"{_API}/stats", query="days=30"),
    Call(f"{_API}/stats", query="days=366"),
    Call(f"{_API}/queue"),
    Call(f"{_API}/slots", query="service={service}"),
    Call(f"{_API}/slots", query="service={service}&service={service}"),
    Call(f"{_API}/bookings"),
    Call(f"{_API}/bookings", query="date_from={today}&date_to={today}"),
    Call(f"{_API}/bookings", query="status=booked&limit=200"),
    Call(
        f"{_API}/bookings",
        "POST",
        body={
            "service": "{service}",
            "start": "{later}T09:00",
            "client": {"name": "Олена", "phone": "0501234567"},
        },
        status=201,
    ),
    Call(f"{_API}/bookings/<int:booking_id>"),
    Call(f"{_API}/bookings/<int:booking_id>", "PATCH", body={"guest_name": "Марія"}),
    Call(f"{_API}/bookings/<int:booking_id>", "DELETE"),
    Call(f"{_API}/sheets/hint", "POST", body={}, status=202),
    Call("calendar/<token>.ics"),
    Call("webhook/sendpulse/<path:secret>", "POST", body=EVENT),
    Call("webhook/sendpulse", "POST", body=EVENT),
    Call("webhook/sendpulse/", "POST", body=EVENT),
    Call(""),
    Call("health"),
    Call("health/live"),
    Call("health/ready"),
    Call("metrics"),
    Call("api/schema"),
    Call("api/docs"),
    Call(".well-known/security.txt"),
)


def routes() -> Iterator[str]:
    """Yield every address that is neither of the office nor of the tables."""
    yield from _routes(get_resolver(), "")


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        whole = before + str(entry.pattern)
        if whole.startswith(("admin/", "^admin/")):
            continue
        if isinstance(entry, URLResolver):
            yield from _routes(entry, whole)
        elif isinstance(entry, URLPattern):
            yield "calendar/<token>.ics" if whole.startswith("^calendar/") else whole


def calls(salon: Salon) -> Iterator[Call]:
    """Yield all of them with the rows of this salon; the webhook is that of another one."""
    values = _values(salon)
    for one in CALLS:
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), one.route)
        query = one.query.format(**values)
        yield replace(one, address=f"/{address}?{query}", body=_filled(one.body, values))


def _filled(body: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, values) for name, value in body.items()}
    return body.format(**values) if isinstance(body, str) else body


def _values(salon: Salon) -> dict[str, Any]:
    project, today = salon.project, timezone.localdate()
    visits = project.bookings.filter(status="booked", start__gt=timezone.now() + timedelta(days=2))
    return {
        "project_id": project.slug,
        "booking_id": visits.latest("pk").pk,
        "service": Service.objects.filter(project=project).earliest("pk").name,
        "token": Specialist.objects.filter(project=project).latest("pk").calendar_token,
        "secret": Address(0).secret,
        "today": today,
        "later": today + timedelta(days=40),  # beyond all visits
    }


def headers(salon: Salon) -> dict[str, str]:
    """Return what a program that may do everything shows, and what SendPulse does."""
    return {
        "host": "127.0.0.1",
        "authorization": f"Bearer {create_api_key(project=salon.project, label='asks')[1]}",
        "x-webhook-secret": Address(0).secret,
    }
