"""The tab of a specialist who left is brought in line, marked and closed, and opened for one who is back."""

import pytest

from bookings.models import Booking
from sheets.google import GoogleError
from sheets.models import SheetTab
from sheets.operations import look_again
from sheets.tests.salon import SheetSalon
from sheets.tests.test_titles import rename, titles

CLOSED = "Анна (не працює)"
FAULT = {"status": 503, "match": {"path": ":batchUpdate"}, "times": 1}


def set_active(salon: SheetSalon, *, is_active: bool) -> None:
    salon.anna.is_active = is_active
    salon.anna.save()


def leave(salon: SheetSalon) -> None:
    set_active(salon, is_active=False)
    salon.sync()


def come_back(salon: SheetSalon) -> None:
    set_active(salon, is_active=True)
    salon.sync()


def locks(salon: SheetSalon) -> int:
    return sum(len(sheet.protections) for sheet in salon.google.books["book"].sheets)


def access(salon: SheetSalon) -> str:
    return SheetTab.objects.get(specialist=salon.anna).access


def test_the_tab_is_marked_and_nobody_types_there_any_more(salon: SheetSalon) -> None:
    past = salon.book("10:00", ahead=-3)
    salon.sync()
    leave(salon)
    assert titles(salon) == [CLOSED, "Марія"]
    assert salon.rows(CLOSED) == [salon.cells(past)]
    with pytest.raises(ValueError, match="protected cell"):
        salon.edit("set", CLOSED, cell="C2", value="12:00")
    assert access(salon) == SheetTab.Access.CLOSED


def test_it_is_closed_once_and_not_read_again(salon: SheetSalon) -> None:
    salon.book("10:00", ahead=-3)
    salon.sync()
    leave(salon)
    written = salon.google.counters["write"]
    salon.edit("set", CLOSED, who="owner", cell="E2", value="Хтось")
    rename(salon.anna, "Ганна")
    for _ in range(2):
        salon.sync()
    assert salon.google.counters["write"] == written
    assert locks(salon) == 1
    assert not any(_reads(salon, CLOSED))


def _reads(salon: SheetSalon, title: str) -> list[bool]:
    """Of each reading of values since the last write: whether it asked for this tab."""
    sheet = salon.google.books["book"].by_title(title)
    assert sheet is not None
    since = salon.google.log.find(path=":batchUpdate")[-1].number
    asked = [call.body["dataFilters"] for call in salon.google.log.find(path="ByDataFilter", since=since)]
    assert asked
    return [any(one["gridRange"]["sheetId"] == sheet.id for one in filters) for filters in asked]


def test_a_visit_ahead_keeps_the_tab_open(salon: SheetSalon) -> None:
    visit = salon.book("10:00")
    salon.sync()
    leave(salon)
    assert titles(salon) == ["Анна", "Марія"]
    salon.edit("clear", range="A2:F2")
    salon.sync()
    visit.refresh_from_db()
    assert visit.status == Booking.Status.CANCELLED


def test_the_last_visit_ahead_leaves_the_tab_before_it_closes(salon: SheetSalon) -> None:
    visit = salon.book("10:00")
    salon.sync()
    set_active(salon, is_active=False)
    salon.cancel(visit)
    salon.sync()
    assert titles(salon) == [CLOSED, "Марія"]
    assert salon.rows(CLOSED) == []


def test_who_is_back_finds_the_tab_as_it_was(salon: SheetSalon) -> None:
    salon.sync()
    leave(salon)
    set_active(salon, is_active=True)
    visit = salon.book("10:00")
    salon.sync()
    assert titles(salon) == ["Анна", "Марія"]
    assert locks(salon) == 0
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    visit.refresh_from_db()
    assert salon.rows() == [salon.cells(visit)]
    reads = salon.google.counters["read"]
    salon.sync()
    assert salon.google.counters["read"] == reads + 1  # nobody looks for a lock again


@pytest.mark.parametrize("kind", ["cut_after", "status_after", "status"])
def test_a_lost_answer_leaves_no_lock_behind(salon: SheetSalon, kind: str) -> None:
    salon.sync()
    set_active(salon, is_active=False)
    salon.google.faults.set([FAULT | {"kind": kind}])
    with pytest.raises(GoogleError):
        salon.sync()
    salon.sync()
    assert (titles(salon), locks(salon)) == ([CLOSED, "Марія"], 1)
    assert access(salon) == SheetTab.Access.CLOSED
    come_back(salon)
    assert (titles(salon), locks(salon)) == (["Анна", "Марія"], 0)


@pytest.mark.parametrize("kind", ["cut_after", "status_after", "status"])
def test_who_is_back_before_the_answer_came_is_not_locked_out(salon: SheetSalon, kind: str) -> None:
    salon.sync()
    set_active(salon, is_active=False)
    salon.google.faults.set([FAULT | {"kind": kind}])
    with pytest.raises(GoogleError):
        salon.sync()
    come_back(salon)
    assert (titles(salon), locks(salon)) == (["Анна", "Марія"], 0)
    assert access(salon) == SheetTab.Access.OPEN


def test_a_client_who_is_forgotten_goes_from_a_closed_tab_too(salon: SheetSalon) -> None:
    past = salon.book("10:00", ahead=-3, name="Олена")
    salon.sync()
    leave(salon)
    past.client.name = ""
    past.client.save()
    look_again(Booking.objects.filter(pk=past.pk))
    salon.sync()
    assert [row[4] for row in salon.rows(CLOSED)] == [""]
    assert locks(salon) == 1
    assert access(salon) == SheetTab.Access.CLOSED


def test_a_title_and_a_protection_of_the_salons_own_stay(salon: SheetSalon) -> None:
    salon.sync()
    salon.edit("rename", title="Моя Аня")
    salon.edit("protect", "Моя Аня", range="A900:H900")
    leave(salon)
    assert (titles(salon), locks(salon)) == (["Моя Аня", "Марія"], 2)
    come_back(salon)
    assert (titles(salon), locks(salon)) == (["Моя Аня", "Марія"], 1)


def test_a_closed_tab_that_staff_deleted_is_made_anew_for_who_is_back(salon: SheetSalon) -> None:
    salon.sync()
    leave(salon)
    salon.edit("delete_sheet", CLOSED, who="owner")
    set_active(salon, is_active=True)
    visit = salon.book("10:00")
    salon.sync()
    assert sorted(titles(salon)) == ["Анна", "Марія"]
    assert salon.rows() == [salon.cells(visit)]
    assert Booking.objects.get().status == Booking.Status.BOOKED


def test_a_dry_run_says_which_tab_would_be_closed(salon: SheetSalon) -> None:
    salon.sync()
    set_active(salon, is_active=False)
    assert "tab 'Анна' would be closed: its specialist left" in salon.preview().lines
    assert (titles(salon), locks(salon), access(salon)) == (["Анна", "Марія"], 0, "open")
