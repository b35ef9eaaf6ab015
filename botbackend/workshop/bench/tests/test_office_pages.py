"""No page of the office is forgotten by its benchmark."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from botbackend.workshop.bench import office_pages
from botbackend.workshop.bench._office.requests import ASKED, WHO, asks, pages
from botbackend.workshop.bench._office.salon import make_salon


def _can_be_looked_at(page: Any) -> bool:
    request: Any = RequestFactory(headers={"host": "127.0.0.1"}).get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    named = dict.fromkeys(page.pattern.converters, "1")
    if hasattr(page.callback, "office_roles"):
        named["salon"] = "1"
    return bool(page.callback(request, **named, **page.default_args).status_code != 405)


@pytest.mark.django_db
def test_every_page_that_can_be_looked_at_is_asked_for_and_nothing_else() -> None:
    assert {str(page.name) for page in pages() if _can_be_looked_at(page)} == set(ASKED)
    assert set(WHO) <= set(ASKED)


@pytest.mark.django_db(transaction=True)
def test_every_line_of_the_table_is_a_page_that_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_pages, "RUNS", 1)
    salon = make_salon(visits=900, messages=2000)
    rows = list(office_pages.measure(salon))
    assert len({row.what for row in rows}) == len(rows) == len(list(asks(salon)))
    assert all("statements" in row.note for row in rows)
