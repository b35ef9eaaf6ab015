"""What something costs: an amount, or one that the price begins at."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q

from botbackend.lib.money import as_json_number

PRICE_COLUMNS = ("price", "price_from", "price_to")
NOT_MORE = "must be more than what the price begins at"


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is the price or where it begins, `to` the most that it comes to where that is known.

    Prices sort by what they begin at; of two that begin alike the surer one comes first.
    """

    amount: Decimal
    is_from: bool = False
    to: Decimal | None = None

    def __post_init__(self) -> None:
        if self.to is not None and not (self.is_from and self.to > self.amount):
            raise ValueError(NOT_MORE)

    def __add__(self, other: "Price") -> "Price":
        """Return both together; of a sum with an open end only the beginning is known."""
        is_from = self.is_from or other.is_from
        most = (one.to if one.is_from else one.amount for one in (self, other))
        ends = [end for end in most if end is not None]
        to = sum(ends, Decimal(0)) if is_from and len(ends) == 2 else None
        return Price(self.amount + other.amount, is_from, to)

    def __lt__(self, other: "Price") -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[Decimal, bool, Decimal]:
        return self.amount, self.is_from, Decimal("Infinity") if self.to is None else self.to

    def __str__(self) -> str:
        ends = [("from ", self.amount)] if self.is_from else [("", self.amount)]
        ends += [] if self.to is None else [(" to ", self.to)]
        return "".join(f"{word}{as_json_number(end)}" for word, end in ends)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """The figures that it is told with."""
        return (self.amount,) if self.to is None else (self.amount, self.to)

    def as_config(self) -> int | float | dict[str, Any] | None:
        """Return the price as a configuration writes it."""
        begins = as_json_number(self.amount)
        if not self.is_from:
            return begins
        return {"from": begins, **({} if self.to is None else {"to": as_json_number(self.to)})}

    def marks(self) -> dict[str, Any]:
        """Return what has to stand beside the amount in JSON: nothing for a plain price."""
        to = {} if self.to is None else {"price_to": as_json_number(self.to)}
        return {"price_from": True, **to} if self.is_from else {}


def total_price(prices: Iterable[Price | None]) -> Price | None:
    """Return the sum; None where a price is unknown, and of nothing."""
    total: Price | None = None
    for price in prices:
        if price is None:
            return None
        total = price if total is None else total + price
    return total


def price_json(price: Price | None) -> dict[str, Any]:
    """Return the fields of a price in JSON; a plain one is one number."""
    return {"price": None} if price is None else {"price": as_json_number(price.amount), **price.marks()}


class Priced:
    """A row with a price in three columns: where it begins, whether it only begins there, where it ends."""

    if TYPE_CHECKING:
        price: Any
        price_from: Any
        price_to: Any

    @property
    def full_price(self) -> Price | None:
        """The whole price; None where none is told."""
        return None if self.price is None else Price(self.price, self.price_from, self.price_to)

    @full_price.setter
    def full_price(self, price: Price | None) -> None:
        self.price = price and price.amount
        self.price_from = price is not None and price.is_from
        self.price_to = price and price.to

    def check_price(self) -> None:
        """Refuse a beginning without an amount, and an end that is none."""
        if self.price_from and self.price is None:
            raise ValidationError({"price": "Write at what the price begins."})
        if self.price_to is not None and not self.price_from:
            raise ValidationError({"price_from": "A price that ends somewhere begins before: tick this."})
        if self.price_to is not None and self.price is not None and self.price_to <= self.price:
            raise ValidationError({"price_to": f"This {NOT_MORE}."})


def price_in_order(name: str) -> CheckConstraint:
    """Return the constraint that makes of the three columns one price."""
    begins = Q(price_from=False) | Q(price__isnull=False)
    ends = Q(price_to=None) | Q(price_from=True, price_to__gt=F("price"))
    return CheckConstraint(condition=begins & ends, name=name)
