"""What a visit is called on the pages: who comes, how it stands, what it costs, what became of it."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ai.wording.lines import price_words
from ai.wording.voice import Voice, known_language
from bookings.models import Booking
from bookings.models.prices import Price, total_price
from projects.models import Project

Status = Booking.Status
_STATES: dict[str, Promise] = {
    "booked": gettext_lazy("Booked"),
    "arrived": gettext_lazy("Arrived"),
    "completed": gettext_lazy("Done"),
    "no_show": gettext_lazy("No-show"),
    "cancelled": gettext_lazy("Cancelled"),
    "held": gettext_lazy("Held for a client"),
}
_SOURCES: dict[str, Promise] = {
    "bot": gettext_lazy("the bot"),
    "admin": gettext_lazy("the office"),
    "sheet": gettext_lazy("the spreadsheet"),
    "api": gettext_lazy("another program"),
}


def kind_of(row: Booking) -> str:
    """Return how a visit stands; who has arrived stands beside the status."""
    return "arrived" if row.status == Status.BOOKED and row.arrived_at is not None else str(row.status)


def state_of(row: Booking) -> str:
    """Return how a visit stands, in words."""
    return str(_STATES[kind_of(row)])


def who_comes(row: Booking) -> str:
    """Return the name of the guest or of the client."""
    return row.guest_name or row.client.name or _("Client without a name")


def source_of(source: str) -> str:
    """Return where a visit, or a change of it, came from."""
    return str(_SOURCES[source])


def price_of(project: Project, prices: Iterable[Price | None]) -> str:
    """Return what it costs together, in the language of the page; "" where no price is told."""
    whole = total_price(prices)
    return "" if whole is None else price_words(_voice(project), whole)


def _voice(project: Project) -> Voice:
    return Voice(project, known_language(get_language() or "en"))
