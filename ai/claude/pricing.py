"""What a call costs: US dollars from the usage fields and the prices that are known of the models."""

import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.utils import timezone

from ai.models import ModelPrice

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


# What this version knows of prices: model, then as the columns of the table. Rows are made of it where there
# are none yet; from then on the table counts.
SHIPPED = (
    ("claude-haiku-5-5", "0.10", "0.125", "0.20", "0.01", "0.50", 100_000, 5),
    ("claude-sonnet-5-5", "2", "2.50", "4", "0.10", "10", 0, 1),
    ("claude-opus-5-5", "4", "5", "8", "0.20", "20", 0, 1),
    ("claude-fable-5-1", "10", "12.50", "20", "0.25", "50", 0, 1),
    ("claude-opus-5", "5", "6.25", "10", "0.50", "25", 0, 1),
    ("claude-sonnet-5", "2", "2.50", "4", "0.20", "10", 0, 1),
    ("claude-haiku-4-5", "1", "1.25", "2", "0.10", "5", 0, 1),
    ("claude-sonnet-4-6", "3", "3.75", "6", "0.30", "15", 0, 1),
)
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
BATCH_FACTOR = Decimal("0.5")
CACHE_SECONDS = 60.0
_COLUMNS = ("name", "input", "write_5m", "write_1h", "read", "output", "long_prompt", "long_factor")
_DAY = re.compile(r"-\d{8}$")  # claude-haiku-5-5-20261007 is claude-haiku-5-5

_lock = threading.Lock()
_known: list[tuple[float, list[ModelPrice]]] = []


def seed_prices(apps: Apps = installed, **kwargs: Any) -> None:
    """Make the rows of models that have none from the beginning; runs after every migration."""
    try:
        table: type[ModelPrice] = apps.get_model("ai", "ModelPrice")
    except LookupError:
        return  # the database goes back to before there were any
    rows = [table(valid_from=BEGINNING, **dict(zip(_COLUMNS, row, strict=True))) for row in SHIPPED]
    table._default_manager.bulk_create(rows, ignore_conflicts=True)


def prices_at(moment: datetime) -> dict[str, ModelPrice]:
    """Return the price of every known model at that moment; before its first row it is that one."""
    found: dict[str, ModelPrice] = {}
    for row in _rows():
        if row.valid_from <= moment or row.name not in found:
            found[row.name] = row
    return found


def price_of(name: str, prices: dict[str, ModelPrice]) -> ModelPrice | None:
    """Return the price of a model, also under its name with the day of its release."""
    return prices.get(name) or prices.get(_DAY.sub("", name))


def cost(model: str, usage: Usage, *, batch: bool = False, at: datetime | None = None) -> Decimal:
    """Return the dollars of one call, to eight places, by the prices of its moment (default: now).

    A model that no row knows costs what the dearest does: a ceiling must not be passed unseen.
    """
    prices = prices_at(at or timezone.now())
    price = price_of(model, prices)
    totals = [_total(one, usage) for one in (prices.values() if price is None else [price])]
    return (max(totals, default=Decimal(0)) * (BATCH_FACTOR if batch else 1)).quantize(Decimal("0.00000001"))


def _total(price: ModelPrice, usage: Usage) -> Decimal:
    total: Decimal = (
        price.input * usage.input_tokens
        + price.write_5m * usage.cache_write_5m
        + price.write_1h * usage.cache_write_1h
        + price.read * usage.cache_read
        + price.output * usage.output_tokens
    ) / _MILLION
    prompt = usage.input_tokens + usage.cache_read + usage.cache_write
    factor = price.long_factor if 0 < price.long_prompt < prompt else Decimal(1)
    return total * factor


def _rows() -> list[ModelPrice]:
    """Read the table, anew every minute only."""
    with _lock:
        seen = _known[0] if _known else None
    if seen is not None and time.monotonic() - seen[0] < CACHE_SECONDS:
        return seen[1]
    rows = list(ModelPrice.objects.order_by("name", "valid_from"))
    with _lock:
        _known[:] = [(time.monotonic(), rows)]
    return rows


def forget_cache() -> None:
    """Read the rows anew at the next question."""
    with _lock:
        _known.clear()
