"""What a call costs: US dollars from the usage fields and a price table."""

from dataclasses import dataclass
from decimal import Decimal

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. `input_tokens` are those outside the cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0

    @property
    def cache_write(self) -> int:
        return self.cache_write_5m + self.cache_write_1h


@dataclass(frozen=True)
class Price:
    """Dollars per million tokens."""

    input: Decimal
    write_5m: Decimal
    write_1h: Decimal
    read: Decimal
    output: Decimal


def _price(*figures: str) -> Price:
    return Price(*(Decimal(figure) for figure in figures))


PRICES = {
    "claude-haiku-5-5": _price("0.10", "0.125", "0.20", "0.01", "0.50"),
    "claude-sonnet-5-5": _price("2", "2.50", "4", "0.10", "10"),
    "claude-opus-5-5": _price("4", "5", "8", "0.20", "20"),
    "claude-sonnet-5": _price("2", "2.50", "4", "0.20", "10"),
    "claude-haiku-4-5": _price("1", "1.25", "2", "0.10", "5"),
    "claude-sonnet-4-6": _price("3", "3.75", "6", "0.30", "15"),
}
# A model without a known price is counted as the dearest: a ceiling must not be passed unseen.
DEAREST = max(PRICES.values(), key=lambda price: price.output)
_LONG_PROMPT = {"claude-haiku-5-5": (100_000, 5)}  # dearer by the factor above so many prompt tokens
BATCH_FACTOR = Decimal("0.5")


def cost(model: str, usage: Usage, *, batch: bool = False) -> Decimal:
    """Return the dollars of one call, to eight places."""
    price = PRICES.get(model) or DEAREST
    total = (
        price.input * usage.input_tokens
        + price.write_5m * usage.cache_write_5m
        + price.write_1h * usage.cache_write_1h
        + price.read * usage.cache_read
        + price.output * usage.output_tokens
    ) / _MILLION
    threshold, factor = _LONG_PROMPT.get(model, (0, 1))
    if threshold and usage.input_tokens + usage.cache_read + usage.cache_write > threshold:
        total *= factor
    return (total * (BATCH_FACTOR if batch else 1)).quantize(Decimal("0.00000001"))
