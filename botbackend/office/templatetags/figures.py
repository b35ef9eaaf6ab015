"""How figures are written: as the reader's language has it, in the salon's currency."""

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from django import template
from django.utils import translation

from ai.wording.formats import format_money

register = template.Library()


def _locale() -> Locale:
    try:
        return Locale.parse(translation.get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@register.filter
def money(amount: Decimal | float | None, currency: str) -> str:
    """Return an amount as all rooms and the bot write it; whole ones without cents."""
    if amount is None:
        return "–"
    return format_money(translation.get_language() or "en", Decimal(amount), currency)


@register.filter
def share(part: float | None) -> str:
    """Return a share of 1 as whole percent; "–" where there is no whole."""
    return "–" if part is None else str(format_percent(round(part, 2), locale=_locale()))


@register.filter
def whole(number: float | None) -> str:
    """Return a number with its thousands set apart."""
    return "–" if number is None else str(format_decimal(number, locale=_locale()))


@register.filter
def hours(minutes: int | None) -> str:
    """Return minutes as hours, to the half."""
    if minutes is None:
        return "–"
    return str(format_unit(round(minutes / 30) / 2, "duration-hour", length="short", locale=_locale()))
