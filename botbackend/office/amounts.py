"""Amounts of money as people type them."""

from decimal import Decimal
from typing import Any

from django import forms

_AMOUNT = {"inputmode": "decimal"}


class MoneyField(forms.DecimalField):
    """An amount, with a point or a comma."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={**_AMOUNT, "autocomplete": "off"})
        super().__init__(
            max_digits=10, decimal_places=2, min_value=Decimal(0), required=False, widget=widget, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """Read what was typed."""
        return super().to_python(
            "".join(value.replace(",", ".").split()) if isinstance(value, str) else value
        )

    def prepare_value(self, value: Any) -> Any:
        """Show whole amounts without the cents."""
        if isinstance(value, Decimal):
            return f"{value:f}".removesuffix(".00")
        return value
