"""Two people save at once: no change is lost, and whoever comes second is told by the page, not by a 500."""

import json
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from ai.models import Wording
from bookings.models import (
    BookingRules,
    DateOverride,
    Offering,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.tests.factories import make_hours, make_offering, make_service
from bookings.tests.factories import make_specialist as make_person
from botbackend.tests.test_admin_forms import browser_of_owner, errors_of, mistakes_on, save_project
from botbackend.tests.test_admin_hours import hours_of, new_ranges, said_of
from botbackend.tests.test_admin_scoping import filled_in
from dialogues.models import ChannelSettings
from projects.locking import lock_project
from projects.models import Project
from projects.tests.factories import bearer, make_key, make_project, make_staff
from sheets.models import SheetLink

# For us alone: other processes of the run wait for locks of theirs.
WAITING = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Client:
    return browser_of_owner(salon)


def page_of(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_what_a_page_says_it_showed_may_be_anything(owner: Client, salon: Project) -> None:
    anna = make_person(salon)
    form = filled_in(owner.get(page_of(anna)))
    for seen in ("[" * 5000, '{"a":' * 5000, "NaN", "\x00", "1" * 5000):
        assert owner.post(page_of(anna), form | {"_seen": seen}).status_code == 302


def meanwhile(write: Callable[[], object], post: Callable[[], Any]) -> Any:
    """Return what `post` is answered that had to wait for a transaction which did `write`."""
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(post())
        finally:
            connection.close()

    with transaction.atomic():
        write()
        thread = threading.Thread(target=run)
        thread.start()
        _until_somebody_waits(thread)
    thread.join(60)
    return answers[0]


def _until_somebody_waits(thread: threading.Thread) -> None:
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def forms_of(salon: Project, anna: Specialist, dye: Service) -> dict[str, dict[str, Any]]:
    hours = {"weekday": 0, "start_minute": 600, "end_minute": 660}
    lengths = {
        "duration_minutes": 60,
        "buffer_before": 0,
        "buffer_after": 0,
        "gap_start": 0,
        "gap_minutes": 0,
    }
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("weekly_ranges", "offerings")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "bookings/service": {"name": "Cut", "position": 0, "is_active": "on"} | lengths,
        "bookings/specialist": {"name": "Zoe", "position": 0, "is_active": "on"} | inlines,
        "bookings/resource": {"name": "Chair", "kind": "chair", "is_active": "on"},
        "bookings/weeklyrange": {"specialist": anna.pk} | hours,
        "bookings/weeklybreak": hours,
        "bookings/dateoverride": {"date": "2026-12-24", "ranges": "[]"},
        "bookings/offering": {"specialist": anna.pk, "service": dye.pk},
        "ai/wording": {"key": "slots_offer", "language": "uk", "text": "..."},
    }


def rows_of(salon: Project, anna: Specialist, dye: Service) -> dict[str, Callable[[], object]]:
    hours = {"weekday": 0, "start_minute": 600, "end_minute": 660}
    return {
        "bookings/service": lambda: make_service(salon, "Cut"),
        "bookings/specialist": lambda: make_person(salon, "Zoe"),
        "bookings/resource": lambda: salon.resources.create(name="Chair", kind="chair"),
        "bookings/weeklyrange": lambda: WeeklyRange.objects.create(project=salon, specialist=anna, **hours),
        "bookings/weeklybreak": lambda: WeeklyBreak.objects.create(project=salon, **hours),
        "bookings/dateoverride": lambda: DateOverride.objects.create(project=salon, date=date(2026, 12, 24)),
        "bookings/offering": lambda: make_offering(anna, dye),
        "ai/wording": lambda: Wording.objects.create(
            project=salon, key="slots_offer", language="uk", text="..."
        ),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("takes_the_lock", [True, False], ids=["by a page", "beside every page"])
def test_a_double_click_is_no_error_of_the_server(
    salon: Project, owner: Client, takes_the_lock: bool
) -> None:
    """Also when the first did not lock the salon: then a constraint speaks, some of them at the end only."""
    anna, dye = make_person(salon, "Anna"), make_service(salon, "Dye")
    writes = rows_of(salon, anna, dye)
    for kind, form in forms_of(salon, anna, dye).items():

        def write(first: Callable[[], object] = writes[kind]) -> None:
            if takes_the_lock:
                lock_project(salon.pk)
            first()

        def post(kind: str = kind, form: dict[str, Any] = form) -> Any:
            return owner.post(f"/admin/{kind}/add/", {"project": salon.pk} | form)

        assert errors_of(meanwhile(write, post)), kind


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("typed", "write"),
    [
        (
            {"sheet_link-0-spreadsheet_id": "book"},
            lambda other: SheetLink.objects.create(project=other, spreadsheet_id="book"),
        ),
        (
            {"channel_settings-0-sendpulse_bot_id": "bot"},
            lambda other: ChannelSettings.objects.create(project=other, sendpulse_bot_id="bot"),
        ),
    ],
    ids=["spreadsheet", "bot"],
)
def test_what_another_salon_took_at_once_is_an_error_of_its_field(
    salon: Project, owner: Client, typed: dict[str, str], write: Callable[[Project], object]
) -> None:
    other = make_project()
    url = page_of(salon)
    form = filled_in(owner.get(url)) | typed
    answer = meanwhile(lambda: write(other), lambda: owner.post(url, form))
    (mistake,) = mistakes_on(answer)
    assert mistake == next(iter(typed)).rpartition("-")[2]


@pytest.mark.django_db(transaction=True)
def test_another_slot_size_and_a_new_service_wait_for_one_another(salon: Project, owner: Client) -> None:
    BookingRules.objects.create(project=salon, slot_minutes=30)
    form = forms_of(salon, make_person(salon, "Anna"), make_service(salon, "Dye"))["bookings/service"]

    def widen() -> None:
        lock_project(salon.pk)
        BookingRules.objects.filter(project=salon).update(slot_minutes=40)

    answer = meanwhile(
        widen, lambda: owner.post("/admin/bookings/service/add/", form | {"project": salon.pk})
    )
    assert set(errors_of(answer)) == {"duration_minutes"}


@pytest.mark.django_db(transaction=True)
def test_a_configuration_waits_for_a_page_that_is_saved(salon: Project) -> None:
    BookingRules.objects.create(project=salon, slot_minutes=30)
    headers = bearer(make_key(salon))

    def add() -> None:
        lock_project(salon.pk)
        make_service(salon, "Dye", duration_minutes=30)

    def post() -> Any:
        url, body = f"/projects/{salon.slug}/config", json.dumps({"slot_minutes": 20})
        return Client().post(url, body, content_type="application/json", headers=headers)

    assert meanwhile(add, post).status_code == 400


def test_hours_that_somebody_else_added_since_count(salon: Project, owner: Client) -> None:
    anna = make_person(salon, "Anna")
    form = filled_in(owner.get(page_of(anna))) | new_ranges((0, 660, 900))
    make_hours(anna, 0, ("09:00", "12:00"))
    for seen in (form.pop("_seen"), ""):
        said = said_of(owner.post(page_of(anna), form | {"_seen": seen}), "weekly_ranges")
        assert "09:00-12:00" in said
        assert "11:00-15:00" in said
    assert hours_of(anna) == [(0, 540, 720)]


def test_a_service_that_somebody_else_added_to_the_matrix_since_counts(salon: Project, owner: Client) -> None:
    anna, cut = make_person(salon, "Anna"), make_service(salon, "Haircut")
    form = filled_in(owner.get(page_of(anna)))
    form |= {"offerings-TOTAL_FORMS": 1, "offerings-0-service": cut.pk, "_seen": ""}
    make_offering(anna, cut)
    assert "Haircut" in said_of(owner.post(page_of(anna), form), "offerings")
    assert Offering.objects.count() == 1


def test_a_change_of_somebody_else_is_not_undone_unseen(salon: Project, owner: Client) -> None:
    """Whoever is told may still save: the page that tells carries what is stored then."""
    mine = filled_in(owner.get(page_of(salon))) | {"name": "Mine"}
    theirs = {"currency": "EUR", "booking_rules-0-horizon_days": "45"}
    assert save_project(salon, browser_of_owner(salon), **theirs).status_code == 302

    refused = owner.post(page_of(salon), mine)
    said = " ".join(refused.context["adminform"].errors["__all__"])
    assert "currency" in said
    assert "booking rules" in said
    assert "language" not in said
    salon.refresh_from_db()
    assert (salon.name == "Mine", salon.currency) == (False, "EUR")

    again = owner.post(page_of(salon), mine | {"_seen": refused.context["seen"]})
    assert again.status_code == 302
    salon.refresh_from_db()
    assert (salon.name, salon.currency) == ("Mine", mine["currency"])


def test_what_workers_write_meanwhile_stops_nobody(salon: Project, owner: Client) -> None:
    SheetLink.objects.create(project=salon, spreadsheet_id="book")
    form = filled_in(owner.get(page_of(salon))) | {"name": "Mine"}
    SheetLink.objects.update(failures=3, reason="slow", last_ok_at=None)
    Project.objects.update(updated_at="2026-01-01T00:00Z")
    assert owner.post(page_of(salon), form).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "[]", "null", '{"a": 1', '"' + "x" * 9 + '"'])
def test_a_page_that_says_nothing_of_what_it_showed_is_saved(
    salon: Project, owner: Client, seen: str
) -> None:
    form = filled_in(owner.get(page_of(salon))) | {"name": "Mine", "_seen": seen}
    assert owner.post(page_of(salon), form).status_code == 302


def test_what_a_page_showed_tells_no_secret_and_no_name(salon: Project) -> None:
    operator = Client()
    operator.force_login(make_staff(is_superuser=True))
    client = salon.clients.create(name="Olha Unmistakable", phone="+380501234567")
    seen = json.loads(operator.get(page_of(client)).context["seen"])
    assert {"name", "phone"} <= set(seen)
    assert "Olha" not in json.dumps(seen)
    assert all(len(digest) == 16 for digest in seen.values())
