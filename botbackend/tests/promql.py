"""What a PromQL expression asks for, by the parser of Prometheus' own grammar."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import promql_parser as promql

SCRAPED = frozenset({"job", "instance"})  # labels that Prometheus itself adds
ITS_OWN = {"up": SCRAPED, "ALERTS": SCRAPED | {"alertname", "alertstate", "severity"}}


@dataclass(frozen=True)
class Asked:
    """One selector: the metric, the labels that it names, and the values that it wants them to have."""

    metric: str
    labels: frozenset[str]
    values: frozenset[tuple[str, str]]


def parse(text: str) -> promql.Expr:
    """Read an expression. Raises ValueError, as Prometheus would refuse it."""
    expression: promql.Expr = promql.parse(text)
    return expression


def _nodes(expression: promql.Expr) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(expression, found.append)
    return found


def asked(expression: promql.Expr) -> Iterator[Asked]:
    """Every selector of the expression."""
    for node in _nodes(expression):
        if isinstance(node, promql.VectorSelector):
            matchers = node.matchers.matchers
            wanted = {
                (one.name, value)
                for one in matchers
                if one.op in (promql.MatchOp.Equal, promql.MatchOp.Re)
                for value in one.value.split("|")
            }
            yield Asked(node.name or "", frozenset(one.name for one in matchers), frozenset(wanted))


def numbers(expression: promql.Expr) -> set[float]:
    """Every number of the expression."""
    return {node.val for node in _nodes(expression) if isinstance(node, promql.NumberLiteral)}


def carried(expression: promql.Expr, known: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The labels that results may have. Raises LookupError where one is kept that nothing carries."""
    if isinstance(expression, promql.VectorSelector):
        return frozenset(known[expression.name or ""]) | SCRAPED
    if isinstance(expression, promql.AggregateExpr):
        inner, modifier = carried(expression.expr, known), expression.modifier
        if modifier is None:
            return frozenset()
        _exist(modifier.labels, inner)
        named = frozenset(modifier.labels)
        return named if modifier.type == promql.AggModifierType.By else inner - named
    if isinstance(expression, promql.BinaryExpr):
        both = [carried(side, known) for side in (expression.lhs, expression.rhs)]
        matching = expression.modifier.matching if expression.modifier else None
        for side in both:
            _exist(matching.labels if matching else (), side)
        return both[0] | both[1] if str(expression.op) == "or" else both[0] or both[1]
    parts = [getattr(expression, name) for name in ("expr", "vector_selector") if hasattr(expression, name)]
    parts += list(getattr(expression, "args", ()))
    return frozenset().union(*(carried(part, known) for part in parts))


def _exist(labels: Iterable[str], among: frozenset[str]) -> None:
    if missing := set(labels) - among:
        raise LookupError(f"nothing carries {', '.join(sorted(missing))}")
