"""Benchmark rows as a table for the console."""

from collections.abc import Sequence

from botbackend.workshop.bench.row import Row

HEAD = ("what", "figure", "unit", "target", "", "note")


def render_table(rows: Sequence[Row]) -> str:
    """Columns padded to their widest cell."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, "-" * max(len(line.rstrip()) for line in lines))
    return "\n".join(line.rstrip() for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    sign = ">=" if row.better == "higher" else "<="
    target = "" if row.target is None else f"{sign} {_number(row.target)}"
    return (row.what, _number(row.figure), row.unit, target, row.verdict, row.note)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.3g}"
