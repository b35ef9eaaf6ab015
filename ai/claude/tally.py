"""What calls cost, by what they were for and by model: figures only, which stand in a row as they are."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ai.claude.records import CallRecord


def tally_of(calls: Iterable[CallRecord], *, notes: Sequence[int] = ()) -> dict[str, Any]:
    """Return the column `tally` of a turn: sums by kind of call and model, and the facts that were used."""
    sums: dict[tuple[str, str], list[Any]] = {}
    for call in calls:
        known = sums.setdefault((call.kind, call.model), [0, 0, Decimal(0)])
        known[0] += 1
        known[1] += call.usage.input_tokens + call.usage.cache_read + call.usage.cache_write
        known[1] += call.usage.output_tokens
        known[2] += call.cost_usd
    rows = [
        {"kind": kind, "model": model, "calls": count, "tokens": tokens, "usd": str(usd)}
        for (kind, model), (count, tokens, usd) in sums.items()
    ]
    found: dict[str, Any] = {"calls": rows} if rows else {}
    return found | ({"notes": list(notes)} if notes else {})
