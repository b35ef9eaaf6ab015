"""The spreadsheet's own script says that somebody changed it; nothing it says is believed but that."""

import json
import re
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from bookings.tests.factories import make_project
from botbackend.outbox.models import Task
from projects.models import Project
from sheets.models import SheetLink
from sheets.rhythm.signatures import CLOCK_WINDOW_SECONDS, new_secret, sign

pytestmark = pytest.mark.django_db
BOOK = "book"


@pytest.fixture
def project() -> Project:
    """A salon with a spreadsheet."""
    return make_project(spreadsheet_id=BOOK)


@pytest.fixture
def secret(project: Project) -> str:
    """What its script knows."""
    return new_secret(project.sheet_link)


def send(
    project: Project, secret: str, *, age: float = 0, book: str = BOOK, signed: str = BOOK, **body: object
) -> int:
    """The status that the script gets."""
    now = int(time.time() - age)
    content = json.dumps({"spreadsheet_id": book, "timestamp": now, **body})
    headers = {"X-Signature": sign(secret, signed, now)}
    url = f"/projects/{project.slug}/sheets/hint"
    return Client().post(url, content, "application/json", headers=headers).status_code


def cycles() -> int:
    return Task.objects.filter(topic="sheet.dirty").count()


def test_a_signed_hint_wakes_one_cycle_and_the_sheet_counts_as_busy(project: Project, secret: str) -> None:
    assert [send(project, secret) for _ in range(3)] == [202] * 3
    assert cycles() == 1
    assert SheetLink.objects.get().busy_until is not None


def test_the_script_of_a_closed_salon_wakes_nothing(project: Project, secret: str) -> None:
    Project.objects.update(is_active=False)
    assert send(project, secret) == 401
    assert cycles() == 0


def test_it_may_be_some_minutes_off_and_no_more(project: Project, secret: str) -> None:
    assert send(project, secret, age=CLOCK_WINDOW_SECONDS - 30) == 202
    assert send(project, secret, age=30 - CLOCK_WINDOW_SECONDS) == 202
    Task.objects.all().delete()
    assert send(project, secret, age=CLOCK_WINDOW_SECONDS + 30) == 401
    assert send(project, secret, age=-CLOCK_WINDOW_SECONDS - 30) == 401
    assert cycles() == 0


@pytest.mark.parametrize(
    ("over", "status"),
    [({"book": "other"}, 401), ({"signed": "other"}, 401), ({"timestamp": 1}, 401), ({"more": 1}, 400)],
)
def test_what_was_not_signed_for_this_spreadsheet_now_is_refused(
    project: Project, secret: str, over: dict[str, object], status: int
) -> None:
    assert send(project, secret, **over) == status  # type: ignore[arg-type]
    assert cycles() == 0


def test_a_secret_is_good_for_its_own_salon_and_until_there_is_another(project: Project, secret: str) -> None:
    other = make_project(spreadsheet_id="other")
    new_secret(other.sheet_link)
    assert send(other, secret, book="other", signed="other") == 401
    assert send(project, new_secret(project.sheet_link)) == 202
    assert send(project, secret) == 401
    assert send(make_project(), "") == 401


def test_the_signature_opens_nothing_else(project: Project, secret: str) -> None:
    now = int(time.time())
    headers = {"X-Signature": sign(secret, BOOK, now)}
    assert Client().get(f"/projects/{project.slug}/bookings", headers=headers).status_code == 401
    assert Client().post(f"/projects/{project.slug}/sheets/hint").status_code == 401


def test_the_script_is_printed_with_address_and_a_secret_that_works(project: Project) -> None:
    out = StringIO()
    call_command("sheet_script", project=project.slug, url="https://bot.example.com/", stdout=out)
    script = out.getvalue()
    assert f"'https://bot.example.com/projects/{project.slug}/sheets/hint'" in script
    found = re.search(r"SECRET = '(.+)'", script)
    assert found is not None
    assert send(project, found[1]) == 202


@pytest.mark.parametrize("url", ["http://bot.example.com", "bot.example.com"])
def test_the_script_goes_by_https_only(project: Project, url: str) -> None:
    with pytest.raises(CommandError, match="https"):
        call_command("sheet_script", project=project.slug, url=url)
