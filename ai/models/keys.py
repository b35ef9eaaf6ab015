"""What all workers know of Claude: the keys, whether it answers, the batches handed in, what it costs."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


class KeyState(models.Model):
    """What all workers know of one Claude key; the key itself is only in the environment."""

    fingerprint = models.CharField(max_length=16, unique=True)
    label = models.CharField(max_length=32)
    organization = models.CharField(
        max_length=64, blank=True, help_text="As the response headers tell; limits belong to it, not to keys"
    )
    cools_until = models.DateTimeField(null=True, blank=True, help_text="Rate limited until then")
    retired_at = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(
        null=True, blank=True, help_text="A key retired for money is tried again then; a refused one never"
    )
    reason = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.label


class Breaker(models.Model):
    """Counts Claude's failures in a row, for all workers; open means: do not even try until then."""

    name = models.CharField(max_length=32, unique=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class CompressionBatch(models.Model):
    """A Message Batch of compressions that was handed in and whose answers are still to be fetched."""

    batch_id = models.CharField(max_length=64, unique=True)
    key_fingerprint = models.CharField(max_length=16)
    ranges = models.JSONField(
        help_text="custom id -> [dialogue, first message, last message, prompt version]"
    )
    is_done = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "compression batches"

    def __str__(self) -> str:
        return self.batch_id


def _dollars(what: str) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(
        max_digits=10, decimal_places=4, validators=[MinValueValidator(0)], help_text=what
    )


class ModelPrice(models.Model):
    """Dollars per million tokens of a model; of its rows the newest that has begun counts."""

    name = models.CharField(max_length=100, help_text="As it is named in a request")
    valid_from = models.DateTimeField(help_text="Counts for calls from then on, until the next row")
    input = _dollars("Tokens outside the cache")
    write_5m = _dollars("Tokens written into the cache for five minutes")
    write_1h = _dollars("Tokens written into the cache for an hour")
    read = _dollars("Tokens read from the cache")
    output = _dollars("Tokens of the answer")
    long_prompt = models.PositiveIntegerField(
        default=0, help_text="A prompt of more tokens costs so many times as much; 0: there is no such limit"
    )
    long_factor = models.DecimalField(
        max_digits=6, decimal_places=2, default=1, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["name", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="model_price_once")]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from:%Y-%m-%d %H:%M %Z}"
