"""Nothing of salon B reaches the people of salon A, at whatever address of the office they ask.

The addresses are those that there are: a new page is held to this without a line here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.urls import URLPattern, URLResolver, reverse

from ai import models as ai
from bookings import models as bookings
from botbackend.office import urls
from botbackend.office.desk import EVERYBODY
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff import models as staff
from botbackend.tests.planting import plant
from dialogues import models as dialogues
from projects import models as projects
from projects.access import project_path
from projects.models import Membership, Project
from sheets import models as sheets

pytestmark = pytest.mark.django_db
MINE, FOREIGN = "minemarkermine", "foreignmarkerx"
# What the parameters of addresses name.
ROWS: dict[str, type[Model]] = {
    "booking": bookings.Booking,
    "client": bookings.Client,
    "other": bookings.Client,
    "specialist": bookings.Specialist,
    "service": bookings.Service,
    "room": bookings.Resource,
    "day_off": bookings.DayOff,
    "override": bookings.DateOverride,
    "dialogue": dialogues.Dialogue,
    "message": dialogues.Message,
    "task": dialogues.StaffTask,
    "attachment": dialogues.Attachment,
    "knowledge": ai.Knowledge,
    "version": ai.PromptVersion,
    "wording": ai.Wording,
    "scenario": ai.Scenario,
    "turn": ai.Turn,
    "key": projects.ApiKey,
    "member": projects.Membership,
    "invitation": staff.Invitation,
    "conflict": sheets.SheetConflict,
}
WORDS: dict[str, str] = {
    "listing": "visits",
    "connection": "sendpulse",
    "prompt": "main_response",
    "language": "en",
    "text": "greeting",
}


def _patterns(parts: list[Any]) -> Iterator[URLPattern]:
    for part in parts:
        if isinstance(part, URLResolver):
            yield from _patterns(part.url_patterns)
        else:
            yield part


PAGES = [one for one in _patterns(urls.urlpatterns) if hasattr(one.callback, "office_roles")]


def _roles(page: URLPattern) -> frozenset[Membership.Role]:
    roles: frozenset[Membership.Role] = getattr(page.callback, "office_roles", frozenset())
    return roles


def _address(page: URLPattern, salon: Project, rows_of: Project) -> str:
    values = {name: _value(name, rows_of) for name in page.pattern.converters}
    return reverse(f"office:{page.name}", kwargs={"salon": salon.slug, **values})


def _value(name: str, project: Project) -> object:
    if name in WORDS:
        return WORDS[name]
    model = ROWS[name]  # an address that names another thing names it here
    rows = model._default_manager.filter(**{str(project_path(model)): project.pk})
    return rows.values_list("pk", flat=True)[0]


@pytest.fixture
def own() -> Project:
    return plant(MINE)


@pytest.fixture
def foreign() -> Project:
    return plant(FOREIGN)


def test_every_address_below_a_salon_is_opened_by_the_desk() -> None:
    named = [one for one in _patterns(urls.urlpatterns) if "<slug:salon>" in str(one.pattern)]
    assert not named
    of_salons = next(one for one in urls.urlpatterns if isinstance(one, URLResolver))
    assert list(_patterns([of_salons])) == PAGES


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_salon_and_its_rows_are_nowhere(method: str, own: Project, foreign: Project) -> None:
    browser = signed_in(make_colleague(own))
    faults = []
    for page in PAGES:
        names_rows = bool(set(page.pattern.converters) - WORDS.keys())
        for salon in (foreign, own) if names_rows else (foreign,):
            address = _address(page, salon, foreign)
            answer = getattr(browser, method)(address)
            if answer.status_code not in (404, 405) or FOREIGN in answer.content.decode():
                faults.append(f"{answer.status_code} {address}")
    assert faults == []


def test_pages_show_the_own_salon_and_nothing_of_another(own: Project, foreign: Project) -> None:
    browser = signed_in(make_colleague(own))
    faults = []
    for page in PAGES:
        answer = browser.get(_address(page, own, own), {"q": FOREIGN[1:], "text": FOREIGN[1:]})
        content = b"".join(answer) if answer.streaming else answer.content
        known = answer.status_code in (200, 204, 302, 400, 405, 422)
        if not known or FOREIGN in content.decode(errors="replace"):
            faults.append(f"{answer.status_code} {page.name}")
    assert faults == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_a_role_without_the_page_is_refused(role: Membership.Role, own: Project) -> None:
    browser = signed_in(make_colleague(own, role))
    faults = []
    for page in PAGES:
        asked: list[Any] = [browser.get] if role in _roles(page) else [browser.get, browser.post]
        for method in asked:
            status = method(_address(page, own, own)).status_code
            if status != 405 and (status == 403) == (role in _roles(page)):
                faults.append(f"{status} {page.name}")
    assert faults == []


def test_a_specialist_without_a_calendar_sees_nothing_of_the_salon(own: Project) -> None:
    Project.objects.filter(pk=own.pk).update(slug="hair", name="Hair")
    own.slug = "hair"
    browser = signed_in(make_colleague(own, Role.SPECIALIST))
    for page in PAGES:
        if _roles(page) == EVERYBODY:
            assert MINE not in browser.get(_address(page, own, own)).content.decode(), page.name
