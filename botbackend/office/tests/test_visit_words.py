"""A status or source of a visit is called the same wherever somebody reads it."""

import csv
import io
from typing import get_args, get_type_hints

import pytest
from django.conf import settings

from bookings.api.bodies import BookingAnswer
from bookings.models import Booking
from bookings.operations import complete_booking, mark_arrived
from bookings.tests.factories import STAFF
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.visit_words import ARRIVED, SOURCES, STATES


def test_every_status_and_source_has_one_word_of_its_own() -> None:
    assert STATES.keys() - {ARRIVED} == set(Booking.Status)
    assert SOURCES.keys() == set(Booking.Source)
    for words in (STATES, SOURCES):
        assert len({str(word) for word in words.values()}) == len(words)


@pytest.mark.parametrize(("field", "words"), [("status", STATES), ("source", SOURCES)])
def test_the_apis_docs_tell_the_words_of_the_office(field: str, words: dict[str, object]) -> None:
    known = {value: str(word) for value, word in words.items() if value != ARRIVED}
    docs = (settings.BASE_DIR / "docs/api.md").read_text()
    for value, word in known.items():
        assert f"| `{value}` | {word} |" in docs, value
    values = get_args(get_type_hints(BookingAnswer)[field])
    said = BookingAnswer.model_fields[field].description or ""
    assert said.endswith(": " + ", ".join(known[value] for value in values))


@pytest.mark.django_db
def test_calendar_list_panel_card_and_file_say_the_same() -> None:
    salon = Salon(language="en")
    done, here = salon.book("09:00", ahead=0), salon.book("10:00", ahead=0)
    complete_booking(project=salon.project, booking_id=done.pk, origin=STAFF)
    mark_arrived(project=salon.project, booking_ids=[here.pk], origin=STAFF)
    for row, word in ((done, "Done"), (here, "Arrived")):
        assert f">{word}</span>" in salon.get("visit", row.pk).content.decode()
        assert f">{word}</span>" in salon.get("client", row.client_id).content.decode()
        assert word in salon.get("calendar-list", view="list").content.decode()
    today = salon.day(0).isoformat()
    file = salon.get("figures-download", "visits", span="own", since=today, until=today)
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert {"Done", "Arrived"} <= {cell for row in rows[1:] for cell in row}
    assert "Another program" in rows[1]
    assert "Another program" in salon.get("visit", done.pk).content.decode()
    assert (
        "Another program"
        in salon.get("figures-visits", span="own", since=today, until=today).content.decode()
    )
