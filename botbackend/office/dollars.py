"""How costs of the assistant are written, on every page alike: in dollars, since Claude is paid in them."""

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django.utils import translation

_FINE = Decimal("0.1")  # a single answer costs less: in cents it would be nothing


def dollars(amount: Decimal | float | None) -> str:
    """Return "$12.34" with the reader's signs; what is less than ten cents to four places, none as "–"."""
    if amount is None:
        return "–"
    value = Decimal(str(amount))
    is_fine = 0 < abs(value) < _FINE
    return f"${format_decimal(value, '#,##0.0000' if is_fine else '#,##0.00', locale=_locale())}"


def _locale() -> Locale:
    try:
        return Locale.parse(translation.get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
