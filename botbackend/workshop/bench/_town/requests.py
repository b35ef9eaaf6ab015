"""Everything that an installation can be asked for: its API, the office, the tables of the admin."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.test import RequestFactory

from botbackend.workshop.bench._office.requests import Ask, asks
from botbackend.workshop.bench._office.salon import Salon
from botbackend.workshop.bench._town.api import Call, calls, headers


@dataclass(frozen=True)
class Question:
    """One request. `statuses` are those of a good answer."""

    what: str
    ask: Callable[[], HttpResponseBase]
    statuses: tuple[int, ...]


def questions(salon: Salon) -> Iterator[Question]:
    """Yield all of it: from programs, from people, from the operator."""
    yield from _of_programs(salon)
    browsers = {"stranger": _browser(None)}
    for who in ("owner", "specialist", "operator"):
        browsers[who] = _browser(getattr(salon, who))
    yield from _of_the_office(salon, browsers)
    yield from _of_the_tables(salon, browsers["operator"])


def _browser(user: Any) -> Browser:
    browser = Browser(headers={"host": "127.0.0.1"})
    if user is not None:
        browser.force_login(user)
    return browser


def _of_programs(salon: Salon) -> Iterator[Question]:
    program = Browser(headers=headers(salon))

    def asking(call: Call) -> Callable[[], HttpResponseBase]:
        return lambda: program.generic(call.method, call.address, call.content(), "application/json")

    for call in calls(salon):
        yield Question(call.what, asking(call), (call.status,))


def _of_the_office(salon: Salon, browsers: Mapping[str, Browser]) -> Iterator[Question]:
    def asking(ask: Ask) -> Callable[[], HttpResponseBase]:
        return lambda: browsers[ask.who].get(ask.address)

    for ask in asks(salon):
        yield Question(f"office {ask.what}", asking(ask), (ask.status, 204))


def _of_the_tables(salon: Salon, operator: Browser) -> Iterator[Question]:
    def asking(address: str) -> Callable[[], HttpResponseBase]:
        return lambda: operator.get(address)

    request = RequestFactory(headers={"host": "127.0.0.1"}).get("/admin/")
    request.user = salon.operator
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            yield Question(
                f"table {app['app_label']} {model['object_name']}", asking(model["admin_url"]), (200,)
            )
