"""What is said when something was done: nothing that is sent looks like a mere save."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Booking
from botbackend.office.answers import Link
from botbackend.office.calendar import words
from botbackend.office.days import short_day
from botbackend.office.desk import Desk

_DONE: dict[str, Promise] = {
    "booked": gettext_lazy("The visit is booked."),
    "moved": gettext_lazy("The visit is moved."),
    "cancelled": gettext_lazy("The visit is cancelled."),
    "arrived": gettext_lazy("The client has arrived."),
    "not_arrived": gettext_lazy("The client has not arrived."),
    "completed": gettext_lazy("The visit is done."),
    "no_show": gettext_lazy("Noted: nobody came."),
    "restored": gettext_lazy("The visit is back in the calendar."),
}


def said_after(act: str, *, told: bool = False) -> str:
    """Return the sentence for an act; with what the client gets to read."""
    said = [str(_DONE[act]), *([_("The client gets a message.")] if told else [])]
    return " ".join(said)


def where_it_stands(desk: Desk, row: Booking) -> Link:
    """Return who comes when, with the way to that day."""
    start = row.start.astimezone(desk.zone)
    when = f"{short_day(start)}, {start:%H:%M}"
    address = reverse("office:calendar", args=[desk.salon.slug])
    return Link(f"{address}?date={start:%Y-%m-%d}", f"{words.who_comes(row)}, {when}")
