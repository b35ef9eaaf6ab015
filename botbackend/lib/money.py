"""Amounts of money on their way to JSON."""

from decimal import Decimal


def as_json_number(amount: Decimal | None) -> int | float | None:
    """Return 700 for 700.00 and 700.5 for 700.50, so that a reader sees what the owner typed.

    Two decimal places survive a float exactly as written up to 10^13, far above any price here.
    """
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
