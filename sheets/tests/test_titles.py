"""Whatever a specialist is called, there is a tab, it is theirs alone, and it bears the name of now."""

import pytest

from bookings.models import Specialist
from bookings.tests.factories import make_specialist
from sheets.google import GoogleError
from sheets.models import SheetTab
from sheets.tests.salon import SheetSalon

LONG = "Олександра " * 10


def rename(specialist: Specialist, name: str) -> None:
    specialist.name = name
    specialist.save()


def titles(salon: SheetSalon) -> list[str]:
    return [sheet.title for sheet in salon.google.books["book"].sheets if sheet.title != "Sheet1"]


@pytest.mark.parametrize(
    "names", [("Anna*", "Anna?"), ("anna/", "ANNA:"), (LONG + "A", LONG + "B"), ("💅", "💇"), ("*?", "[]")]
)
def test_names_that_make_one_title_get_a_tab_each(salon: SheetSalon, names: tuple[str, str]) -> None:
    specialists = [make_specialist(salon.project, name) for name in names]
    visits = [salon.book("10:00", specialist=one) for one in specialists]
    salon.sync()
    tabs = [SheetTab.objects.get(specialist=one) for one in specialists]
    assert [salon.rows(tab.title) for tab in tabs] == [[salon.cells(visit)] for visit in visits]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Анна Коваль", "Анна Коваль"),
        ("АННА", "АННА"),
        ("[Anna]: a/b*?", "Anna a b"),
        (LONG, (LONG * 2)[:90].strip()),
        ("марія?", "марія {pk}"),
        ("Sheet1", "Sheet1 {pk}"),
    ],
)
def test_a_renamed_specialist_renames_her_tab_with_one_read_and_one_write(
    salon: SheetSalon, name: str, title: str
) -> None:
    visit = salon.book("10:00")
    salon.sync()
    rename(salon.anna, name)
    added = salon.book("12:00")
    reads, writes = salon.google.counters["read"], salon.google.counters["write"]
    salon.sync()
    title = title.format(pk=salon.anna.pk)
    assert titles(salon) == [title, "Марія"]
    assert salon.rows(title) == [salon.cells(visit), salon.cells(added)]
    if name != "Sheet1":  # a tab of the salon's own, of which a cycle knows nothing until it is refused
        assert salon.google.counters["read"] - reads == 1
        assert salon.google.counters["write"] - writes == 1
    written = salon.google.counters["write"]
    salon.sync()
    assert salon.google.counters["write"] == written


def test_a_title_of_the_salons_own_stays_whatever_the_specialist_is_called(salon: SheetSalon) -> None:
    salon.sync()
    salon.edit("rename", title="Моя Аня")
    for name in ("Анна Коваль", "Ганна"):
        rename(salon.anna, name)
        salon.sync()
    assert titles(salon) == ["Моя Аня", "Марія"]


def test_a_title_that_staff_gave_back_is_ours_again(salon: SheetSalon) -> None:
    salon.sync()
    salon.edit("rename", title="Моя Аня")
    salon.sync()
    salon.edit("rename", "Моя Аня", title="Анна")
    salon.sync()
    rename(salon.anna, "Ганна")
    salon.sync()
    assert titles(salon) == ["Ганна", "Марія"]


def test_two_specialists_who_swap_names_swap_titles(salon: SheetSalon) -> None:
    visit = salon.book("10:00")
    salon.sync()
    rename(salon.anna, "–")
    rename(salon.maria, "Анна")
    rename(salon.anna, "Марія")
    salon.sync()
    assert titles(salon) == ["Марія", "Анна"]
    assert salon.rows("Марія") == [salon.cells(visit)]


@pytest.mark.parametrize("kind", ["cut_after", "status_after"])
def test_a_rename_whose_answer_was_lost_stays_ours(salon: SheetSalon, kind: str) -> None:
    salon.sync()
    rename(salon.anna, "Ганна")
    salon.google.faults.set([{"kind": kind, "status": 503, "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()
    salon.sync()
    rename(salon.anna, "Аня")
    salon.sync()
    assert titles(salon) == ["Аня", "Марія"]


def test_a_dry_run_tells_of_a_new_title_and_keeps_the_old(salon: SheetSalon) -> None:
    salon.sync()
    rename(salon.anna, "Ганна")
    assert "tab 'Анна' would be renamed to 'Ганна'" in salon.preview().lines
    assert titles(salon) == ["Анна", "Марія"]
    assert SheetTab.objects.get(specialist=salon.anna).title == "Анна"
