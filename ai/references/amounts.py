"""What something costs, as far as sums and words need it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Amount:
    """`amount` is the price or where it begins, `to` the most it comes to where that is known."""

    amount: Decimal
    is_from: bool = False
    to: Decimal | None = None

    def __add__(self, other: "Amount") -> "Amount":
        """Return both together; where one end is open, so is that of the sum."""
        is_from = self.is_from or other.is_from
        ends = [one.to if one.is_from else one.amount for one in (self, other)]
        known = [end for end in ends if end is not None]
        to = sum(known, Decimal(0)) if is_from and len(known) == len(ends) else None
        return Amount(self.amount + other.amount, is_from, to)
