"""What the pages of the team write: times of the day and prices."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.utils import translation
from django.utils.translation import gettext as _

from ai.wording.formats import format_money
from bookings.models.prices import Price
from botbackend.lib.clock import clock_text

register = template.Library()


@register.filter
def clock(minute: int) -> str:
    """Return "HH:MM" of minutes after midnight."""
    return clock_text(minute)


@register.filter
def priced(price: Price | None, currency: str) -> str:
    """Return a price in words; nothing where none is told."""
    if price is None:
        return ""
    if not price.is_from:
        return _money(price.amount, currency)
    if price.to is None:
        return _("from %(price)s") % {"price": _money(price.amount, currency)}
    ends = {"price": _money(price.amount, currency), "most": _money(price.to, currency)}
    return _("%(price)s to %(most)s") % ends


def _money(amount: Decimal, currency: str) -> str:
    return _formatted(translation.get_language() or "en", amount, currency)


# A table repeats few prices many times.
_formatted = lru_cache(maxsize=1024)(format_money)


@register.inclusion_tag("office/team/field.html")
def field(bound: forms.BoundField) -> dict[str, Any]:
    """Show a field with its label, its mistakes, and what somebody else stored meanwhile."""
    kind = getattr(bound.field.widget, "input_type", "")
    stored = getattr(bound.form, "stored", {})
    return {"field": bound, "is_check": kind == "checkbox", "stored": stored.get(bound.name)}
