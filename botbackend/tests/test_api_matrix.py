"""Every address of the API x every key that is none: nothing is shown, nothing is changed.

Addresses and methods are those of the URL configuration. Pages, parts and downloads of the office are held to
the same by `botbackend/office/tests/test_isolation.py`, the tables by `test_admin_scoping.py`, photos by
`dialogues/tests/test_attachment_pages.py`, and feeds, which know no salon but their token's, by their own.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from bookings.models import Booking
from botbackend.outbox.models import Task
from botbackend.tests.planting import plant
from projects.api import ProjectView
from projects.auth import find_api_key, revoke_api_key
from projects.models import ApiKey, Project
from projects.tests.factories import make_key, make_project

pytestmark = pytest.mark.django_db
MINE, FOREIGN = "minemarkermine", "foreignmarkerx"
READS = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
Row = tuple[str, str]


def views() -> Iterator[tuple[str, type[APIView]]]:
    """Every address below /projects/ with its view."""
    for whole, pattern in _patterns(get_resolver(), ""):
        if whole.startswith("projects/"):
            yield f"/{whole}", pattern.callback.cls  # type: ignore[attr-defined]  # DRF puts the class there


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, whole)
        elif isinstance(entry, URLPattern):
            yield whole, entry


def operations() -> list[Row]:
    """Every method that each address has."""
    return [
        (method, address)
        for address, view in views()
        for method in METHODS
        if hasattr(view, method.lower()) or (method == "HEAD" and hasattr(view, "get"))
    ]


def ask(method: str, address: str, *, salon: Project, rows_of: Project, key: str | None) -> Any:
    """Ask for a salon's address, with the rows of that one or of another, and a body that would be taken."""
    booking = Booking.objects.filter(project=rows_of).values_list("pk", flat=True).get()
    path = re.sub(r"<str:project_id>", salon.slug, address).replace("<int:booking_id>", str(booking))
    assert "<" not in path, "an address that names another thing names it here"
    body = {"name": FOREIGN, "start": "2027-01-05T10:00", "service": salon.slug, "client": {"name": "A"}}
    if address.endswith("config"):
        body = {"name": "changed"}
    elif "<int:booking_id>" in address:
        body = {"guest_name": "changed"}
    elif address.endswith("hint"):
        body = {}
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    query = "?service=1" if address.endswith("slots") else ""
    data = "" if method in READS else json.dumps(body)
    return Client().generic(method, path + query, data, "application/json", headers=headers)


def state() -> tuple[Any, ...]:
    """What a request that is refused leaves as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bookings_bookingevent")
        events = cursor.fetchone()
    bookings = list(Booking.objects.order_by("pk").values_list("pk", "status", "updated_at"))
    return (
        bookings,
        list(Project.objects.order_by("pk").values_list("slug", "name")),
        events,
        Task.objects.count(),
    )


@pytest.fixture
def own() -> Project:
    return plant(MINE)


@pytest.fixture
def foreign() -> Project:
    return plant(FOREIGN)


def _revoked(salon: Project) -> str:
    key = make_key(salon)
    revoke_api_key(api_key=find_api_key(key) or ApiKey())
    return key


def _of_a_closed_salon(salon: Project) -> str:
    closed = make_project()
    key = make_key(closed)
    Project.objects.filter(pk=closed.pk).update(is_active=False)
    return key


NO_KEYS: dict[str, Callable[[Project], str | None]] = {
    "none": lambda salon: None,
    "empty": lambda salon: "",
    "wrong": lambda salon: make_key(salon)[:-1] + "x",
    "its prefix": lambda salon: make_key(salon)[:11],
    "its hash": lambda salon: make_key(salon) and ApiKey.objects.filter(project=salon).latest("pk").key_hash,
    "revoked": _revoked,
    "of a closed salon": _of_a_closed_salon,
}


def test_every_address_is_opened_by_a_key() -> None:
    found = list(views())
    assert len(found) >= 7
    assert [address for address, view in found if not issubclass(view, ProjectView)] == []
    assert len(operations()) >= 24


@pytest.mark.parametrize("kind", NO_KEYS)
def test_what_is_no_key_is_401_everywhere(kind: str, own: Project) -> None:
    key, before, faults = NO_KEYS[kind](own), state(), []
    for method, address in operations():
        answer = ask(method, address, salon=own, rows_of=own, key=key)
        shown = MINE in answer.content.decode()
        if (answer.status_code, answer.get("WWW-Authenticate"), shown) != (401, "Bearer", False):
            faults.append(f"{answer.status_code} {method} {address}")
    assert faults == []
    assert state() == before


def test_another_salons_key_is_404_everywhere(own: Project, foreign: Project) -> None:
    key, before, faults = make_key(own), state(), []
    for method, address in operations():
        for salon in (foreign, Project(slug="no-salon")):
            answer = ask(method, address, salon=salon, rows_of=foreign, key=key)
            if answer.status_code != 404 or FOREIGN in answer.content.decode():
                faults.append(f"{answer.status_code} {method} {address}")
    assert faults == []
    assert state() == before


def test_a_key_that_reads_is_403_where_something_would_change(own: Project) -> None:
    key, before, faults = make_key(own, ApiKey.Scope.READ), state(), []
    for method, address in operations():
        answer = ask(method, address, salon=own, rows_of=own, key=key)
        is_fine = answer.status_code in (200, 400) if method in READS else answer.status_code == 403
        if not is_fine:
            faults.append(f"{answer.status_code} {method} {address}")
    assert faults == []
    assert state() == before


def test_the_own_key_finds_no_row_of_another_salon(own: Project, foreign: Project) -> None:
    key, before, faults = make_key(own), state(), []
    for method, address in operations():
        if "<int:booking_id>" in address and method != "OPTIONS":
            answer = ask(method, address, salon=own, rows_of=foreign, key=key)
            if answer.status_code != 404 or FOREIGN in answer.content.decode():
                faults.append(f"{answer.status_code} {method} {address}")
    assert faults == []
    assert state() == before


def test_no_answer_to_the_own_key_names_another_salon(own: Project, foreign: Project) -> None:
    key = make_key(own, ApiKey.Scope.READ)
    for method, address in operations():
        if method == "GET":
            shown = ask(method, address, salon=own, rows_of=own, key=key).content.decode()
            assert FOREIGN not in shown, address


def test_a_method_that_an_address_has_not_shows_nothing_either(own: Project) -> None:
    known, key = set(operations()), make_key(own)
    for address, _ in views():
        for method in METHODS:
            if (method, address) not in known:
                assert ask(method, address, salon=own, rows_of=own, key=None).status_code == 401
                assert ask(method, address, salon=own, rows_of=own, key=key).status_code == 405
