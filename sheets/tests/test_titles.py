"""Whatever a specialist is called, there is a tab, and it is theirs alone."""

import pytest

from bookings.tests.factories import make_specialist
from sheets.models import SheetTab
from sheets.tests.salon import SheetSalon

LONG = "Олександра " * 10


@pytest.mark.parametrize(
    "names", [("Anna*", "Anna?"), ("anna/", "ANNA:"), (LONG + "A", LONG + "B"), ("💅", "💇"), ("*?", "[]")]
)
def test_names_that_make_one_title_get_a_tab_each(salon: SheetSalon, names: tuple[str, str]) -> None:
    specialists = [make_specialist(salon.project, name) for name in names]
    visits = [salon.book("10:00", specialist=one) for one in specialists]
    salon.sync()
    tabs = [SheetTab.objects.get(specialist=one) for one in specialists]
    assert [salon.rows(tab.title) for tab in tabs] == [[salon.cells(visit)] for visit in visits]
