"""People answer in the admin what the mirror asks, and see nothing of another salon."""

from django.test import Client as Browser
from django.urls import reverse

from bookings.models import Booking
from botbackend.outbox.testing import run_due
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_project, make_staff
from sheets import google as client
from sheets.adoption.tests.books import fill, read_layout
from sheets.adoption.tests.test_contact import begin, entered
from sheets.models import SheetAdoption, SheetLink, SheetRow, SheetTab
from sheets.rhythm.hints import mark_dirty
from sheets.tests.salon import SheetSalon
from sheets.tests.test_google_mark import mark_of_another


def owner_of(project: Project) -> Browser:
    user = make_staff()
    grant_membership(project=project, user=user, role=Membership.Role.OWNER)
    browser = Browser()
    browser.force_login(user)
    return browser


def page_of(salon: SheetSalon) -> str:
    return reverse("admin:sheets_sheetlink_answers", args=[salon.link().pk])


def test_the_plan_is_shown_accepted_and_carried_out(salon: SheetSalon) -> None:
    plan = begin(salon, "own_columns")
    browser = owner_of(salon.project)
    shown = browser.get(page_of(salon)).content.decode()
    assert "Олена" in shown
    assert "J and K: ours" in shown
    assert browser.post(page_of(salon), {"plan": plan.pk, "accept": "yes"}).status_code == 302
    run_due("sheet.dirty")
    assert Booking.objects.count() == 2
    assert salon.link().state == SheetLink.State.OK
    assert SheetAdoption.objects.get().decided_by


def test_a_refusal_leaves_everything_as_it_is(salon: SheetSalon) -> None:
    plan = begin(salon, "own_columns")
    before = entered(salon)
    owner_of(salon.project).post(page_of(salon), {"plan": plan.pk, "refuse": "no"})
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    run_due("sheet.dirty")
    assert entered(salon) == before
    assert SheetAdoption.objects.get().state == SheetAdoption.State.REFUSED


def test_people_of_another_salon_neither_see_nor_answer(salon: SheetSalon) -> None:
    plan = begin(salon, "own_columns")
    stranger = owner_of(make_project())
    for answer in (
        stranger.get(page_of(salon)),
        stranger.post(page_of(salon), {"plan": plan.pk, "accept": "yes"}),
        stranger.post(page_of(salon), {"dry_run": "yes"}),
    ):
        assert answer.status_code in (403, 404)
        assert "Олена" not in answer.content.decode()
    assert not Booking.objects.exists()


def test_nobody_reads_the_plan_without_signing_in(salon: SheetSalon) -> None:
    begin(salon, "own_columns")
    assert Browser().get(page_of(salon)).status_code == 302


def test_vanished_rows_are_put_back_or_cancelled_one_by_one(salon: SheetSalon) -> None:
    booked = [salon.book(clock) for clock in ("10:00", "11:00", "12:00", "13:00", "14:00")]
    salon.sync()
    for _ in range(4):
        salon.edit("delete_row", row=2)
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    run_due("sheet.dirty")
    browser, page = owner_of(salon.project), page_of(salon)
    rows = {row.booking_id: row.pk for row in SheetRow.objects.all()}
    assert "Cancel the chosen visits" in browser.get(page).content.decode()
    browser.post(page, {"row": [rows[booked[0].pk]], "cancel": "yes"})
    browser.post(page, {"row": [rows[one.pk] for one in booked[1:4]], "put_back": "yes"})
    salon.sync()
    assert [row[2] for row in salon.rows() if any(row)] == ["11:00", "12:00", "13:00", "14:00"]
    booked[0].refresh_from_db()
    assert booked[0].status == Booking.Status.CANCELLED


def test_a_dry_run_tells_each_row_and_writes_nothing(salon: SheetSalon) -> None:
    kept = salon.book("10:00")
    salon.sync()
    added = salon.book("12:00", name="Зоя")
    salon.edit("set", cell="C2", value="15:00")
    before = entered(salon), salon.google.counters["write"], list(SheetRow.objects.values())
    shown = owner_of(salon.project).post(page_of(salon), {"dry_run": "yes"}).content.decode()
    assert "would be changed" in shown
    assert "Зоя" in shown
    kept.refresh_from_db()
    assert (entered(salon), salon.google.counters["write"], list(SheetRow.objects.values())) == before
    assert kept.events.count() == 1
    assert added.status == Booking.Status.BOOKED


def test_a_dry_run_of_a_first_contact_stores_not_even_the_plan(salon: SheetSalon) -> None:
    fill(salon.google, "book", read_layout("bare"))
    shown = owner_of(salon.project).post(page_of(salon), {"dry_run": "yes"}).content.decode()
    assert "becomes a visit" in shown
    assert not SheetAdoption.objects.exists()
    assert not SheetTab.objects.exists()


def test_a_spreadsheet_with_a_foreign_mark_is_taken_over_by_whoever_may_change_it(salon: SheetSalon) -> None:
    SheetLink.objects.update(spreadsheet_id="elsewhere")
    client.write("book", [mark_of_another()])
    SheetLink.objects.update(spreadsheet_id="book")
    booking = salon.book()
    run_due(ignore_due=True)
    assert salon.link().state == SheetLink.State.FROZEN
    stranger, browser = owner_of(make_project()), owner_of(salon.project)
    assert stranger.post(page_of(salon), {"take_over": "yes"}).status_code in (403, 404)
    assert "take it over" in browser.get(page_of(salon)).content.decode()
    browser.post(page_of(salon), {"take_over": "yes"})
    run_due("sheet.dirty")
    assert salon.rows() == [salon.cells(booking)]
    assert "take it over" not in browser.get(page_of(salon)).content.decode()
