"""Several service accounts share the salons, and what Google allows one of them is shared by all workers."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from bookings.tests.factories import make_project
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from projects import throttles
from projects.models import Project
from sheets import google as client
from sheets.google import quota
from sheets.google.accounts import accounts
from sheets.models import SheetLink
from sheets.tests.salon import SheetSalon

pytestmark = pytest.mark.django_db


@pytest.fixture
def emails(google: GoogleStandIn, settings: Settings, tmp_path: Path) -> Iterator[list[str]]:
    """Two accounts that no other test knows."""
    known = json.loads(Path(settings.GOOGLE_CREDENTIALS_FILE).read_text())
    paths, found = [], []
    for number in range(2):
        email = f"salon-{number}-{secrets.token_hex(4)}@stand-in.iam.gserviceaccount.com"
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(known | {"client_email": email, "project_id": secrets.token_hex(4)}))
        paths.append(str(path))
        found.append(email)
    settings.GOOGLE_CREDENTIALS_FILE = ", ".join(paths)
    yield found
    quota._rests.clear()


def make_salon(google: GoogleStandIn, *, shared_with: str = "") -> Project:
    book = f"book-{secrets.token_hex(4)}"
    google.create(book).editors = {shared_with} if shared_with else None
    return make_project(spreadsheet_id=book)


def account_of(project: Project) -> str:
    return client.service_account_email(project.sheet_link.spreadsheet_id)


def test_salons_are_spread_over_the_accounts_and_stay(google: GoogleStandIn, emails: list[str]) -> None:
    salons = [make_salon(google) for _ in range(4)]
    given = [account_of(salon) for salon in salons]
    assert sorted(given) == sorted(emails * 2)
    assert [account_of(salon) for salon in reversed(salons)] == given[::-1]


def test_the_first_cycles_of_new_salons_spread_them_too(google: GoogleStandIn, emails: list[str]) -> None:
    salons = [SheetSalon(google, book=f"book-{secrets.token_hex(4)}") for _ in range(4)]
    for salon in salons:
        salon.sync()
    assert sorted(salon.link().account for salon in salons) == sorted(emails * 2)


def test_each_spreadsheet_is_reached_by_its_own_account(google: GoogleStandIn, emails: list[str]) -> None:
    salon = make_salon(google)
    book = salon.sheet_link.spreadsheet_id
    google.books[book].editors = {account_of(salon)}
    assert client.tabs_of(book) == {"Sheet1": 0}
    google.books[book].editors = {next(email for email in emails if email != account_of(salon))}
    with pytest.raises(client.GoogleError, match=account_of(salon)) as failed:
        client.tabs_of(book)
    assert (failed.value.status, failed.value.permanent) == (403, True)


def test_a_mirror_of_before_there_were_several_stays_with_the_first(
    google: GoogleStandIn, emails: list[str]
) -> None:
    salons = [make_salon(google) for _ in range(3)]
    SheetLink.objects.update(mirrored_id="mirrored", last_read_at=timezone.now())
    assert {account_of(salon) for salon in salons} == {emails[0]}


def test_an_account_that_is_gone_is_replaced(
    google: GoogleStandIn, emails: list[str], settings: Settings
) -> None:
    salons = [make_salon(google) for _ in range(2)]
    assert {account_of(salon) for salon in salons} == set(emails)
    settings.GOOGLE_CREDENTIALS_FILE = settings.GOOGLE_CREDENTIALS_FILE.split(",")[1]
    assert {account_of(salon) for salon in salons} == {emails[1]}


def test_nobody_asks_google_beyond_the_quota_and_nobody_sleeps(
    google: GoogleStandIn, emails: list[str], settings: Settings
) -> None:
    settings.GOOGLE_REQUESTS_PER_MINUTE = 3
    google.quotas["Read"] = 3
    salons = [make_salon(google) for _ in range(2)]
    books = [salon.sheet_link.spreadsheet_id for salon in salons]
    for _ in range(3):
        client.tabs_of(books[0])
    with pytest.raises(client.QuotaWait) as told:
        client.tabs_of(books[0])
    assert 0 < told.value.wait_seconds <= 60
    client.tabs_of(books[1])  # the other account has its own
    client.write(books[0], [{"addSheet": {"properties": {"title": "x"}}}])  # and so have writes
    assert [record.status for record in google.log.find(path="spreadsheets")] == [200] * 5


def test_an_account_that_google_told_to_wait_is_left_alone_longer_each_time(
    google: GoogleStandIn, emails: list[str]
) -> None:
    salons = [make_salon(google) for _ in range(2)]
    books = [salon.sheet_link.spreadsheet_id for salon in salons]
    google.faults.set([{"kind": "status", "status": 429, "match": {"path": f"spreadsheets/{books[0]}"}}])
    with pytest.raises(client.GoogleError, match="Quota exceeded") as told:
        client.tabs_of(books[0])
    assert 12 <= told.value.wait_seconds <= 18
    asked = len(google.requests)
    with pytest.raises(client.QuotaWait):
        client.tabs_of(books[0])
    assert len(google.requests) == asked
    assert client.tabs_of(books[1]) == {"Sheet1": 0}
    account = next(one for one in accounts() if one.email == account_of(salons[0]))
    assert 24 <= quota.rest(account) <= 36


def run_cycles() -> None:
    """Those that wait for their time or for quota try it now."""
    Task.objects.filter(topic="sheet.dirty").update(due_at=timezone.now())
    run_due()


def test_salons_of_an_account_that_google_told_to_wait_go_on_after_it_and_others_meanwhile(
    google: GoogleStandIn, emails: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "RESTS", (6.0,))
    salons = [SheetSalon(google, book=f"book-{secrets.token_hex(4)}") for _ in range(4)]
    first, second = ([one for one in salons if account_of(one.project) == email] for email in emails)
    for salon in salons:
        salon.sync()
    booked = {salon.book_id: [salon.cells(salon.book())] for salon in salons}
    run_due("booking.changed")
    google.faults.set([{"kind": "status", "status": 429, "times": 1, "match": {"path": first[0].book_id}}])
    Task.objects.filter(key=str(first[0].project.pk)).update(due_at=timezone.now())
    run_due()
    asked = len(google.requests)
    run_cycles()
    assert [salon.rows() for salon in second] == [booked[salon.book_id] for salon in second]
    assert not [one for salon in first for one in google.log.find(path=salon.book_id, since=asked)]
    assert [salon.rows() for salon in first] == [[], []]
    waiting = Task.objects.filter(topic="sheet.dirty", due_at__gt=timezone.now())
    assert waiting.count() == len(first) == 2
    assert wait_until(lambda: not waiting.filter(due_at__gt=timezone.now()).exists(), 10)
    run_due()
    assert [salon.rows() for salon in first] == [booked[salon.book_id] for salon in first]
    assert {(link.state, link.failures) for link in SheetLink.objects.all()} == {("ok", 0)}


def test_another_worker_knows_of_the_rest(google: GoogleStandIn, emails: list[str]) -> None:
    book = make_salon(google).sheet_link.spreadsheet_id
    client.tabs_of(book)
    google.faults.set([{"kind": "status", "status": 429, "match": {"path": "spreadsheets"}, "times": 1}])
    with pytest.raises(client.GoogleError):
        client.tabs_of(book)
    quota._rests.clear()  # as in a process that did not ask
    with pytest.raises(client.QuotaWait):
        client.tabs_of(book)


def test_without_redis_each_process_keeps_to_its_share(
    google: GoogleStandIn, emails: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "_redis_again_at", 0.0)
    settings.REDIS_URL, settings.REDIS_SENTINELS = "redis://127.0.0.1:1/0", []
    settings.GOOGLE_REQUESTS_PER_MINUTE = 8
    book = make_salon(google).sheet_link.spreadsheet_id
    for _ in range(2):
        client.tabs_of(book)
    with pytest.raises(client.QuotaWait):
        client.tabs_of(book)
    assert google.counters["read"] == 2
