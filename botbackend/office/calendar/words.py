"""What a visit is called on the pages: who comes and what it costs."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ai.wording.lines import price_words
from ai.wording.voice import Voice, known_language
from bookings.models import Booking
from bookings.models.prices import Price, total_price
from projects.models import Project


def who_comes(row: Booking) -> str:
    """Return the name of the guest or of the client."""
    return row.guest_name or row.client.name or _("Client without a name")


def price_of(project: Project, prices: Iterable[Price | None]) -> str:
    """Return what it costs together, in the language of the page; "" where no price is told."""
    whole = total_price(prices)
    return "" if whole is None else price_words(_voice(project), whole)


def _voice(project: Project) -> Voice:
    return Voice(project, known_language(get_language() or "en"))
