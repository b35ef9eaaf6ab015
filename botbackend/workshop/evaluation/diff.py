"""What is other than in the last report."""

from collections.abc import Iterator, Mapping
from typing import Any

DEARER = 1.2  # below this a difference of cost or time is noise
SLOWER = 1.5
LEAST_MS = 50
LEAST_USD = 0.0001


def diff_reports(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return one line per difference that matters; none means nothing changed."""
    old = {one["name"]: one for one in before["scenarios"]}
    new = {one["name"]: one for one in after["scenarios"]}
    lines = list(_totals(before, after))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            lines.append(f"- {name}: not run this time")
        elif name not in old:
            lines.append(f"+ {name}: new, pass^1 {new[name]['pass_1']:.2f}")
        else:
            lines += [f"  {name}: {change}" for change in _changes(old[name], new[name])]
    return lines


def _totals(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for group in ("reads", "writes", "all"):
        if not before[group]["scenarios"] or not after[group]["scenarios"]:
            continue
        for figure in ("pass_1", "pass_k"):
            was, now = before[group][figure], after[group][figure]
            if was != now:
                yield f"  {group} {figure.replace('_', '^')}: {was:.2f} -> {now:.2f}"
    if before["endpoint"] != after["endpoint"]:
        yield f"  endpoint: {before['endpoint']} -> {after['endpoint']}"


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for figure in ("pass_1", "pass_k"):
        if was[figure] != now[figure]:
            word = "better" if now[figure] > was[figure] else "WORSE"
            yield f"{word}, {figure.replace('_', '^')} {was[figure]:.2f} -> {now[figure]:.2f}"
    if _moved(was["cost_usd"], now["cost_usd"], DEARER, LEAST_USD):
        yield f"cost {was['cost_usd']:.6f} -> {now['cost_usd']:.6f} USD"
    if _moved(was["turn_p50_ms"], now["turn_p50_ms"], SLOWER, LEAST_MS):
        yield f"p50 {was['turn_p50_ms']} -> {now['turn_p50_ms']} ms"
    for problem in now["problems"]:
        if problem not in was["problems"]:
            yield f"new problem: {problem}"


def _moved(was: float, now: float, factor: float, least: float) -> bool:
    return abs(now - was) >= least and (now > was * factor or was > now * factor)
