"""Rows, verdicts and the table."""

import pytest

from botbackend.workshop.bench.row import Row
from botbackend.workshop.bench.table import render_table


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("requests", 812, "/s", target=721, better="higher"), "ok"),
        (Row("requests", 720, "/s", target=721, better="higher"), "miss"),
        (Row("p99", 50, "ms", target=50), "ok"),
        (Row("p99", 50.1, "ms", target=50), "miss"),
        (Row("bare view", 1270, "/s"), ""),
    ],
)
def test_a_row_says_whether_it_meets_its_target(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def test_the_table_shows_figure_target_and_verdict() -> None:
    table = render_table([Row("one day", 2.345, "ms", target=3), Row("visits", 58000, "rows", note="given")])
    lines = table.splitlines()
    assert lines[2].split() == ["one", "day", "2.35", "ms", "<=", "3", "ok"]
    assert lines[3].split() == ["visits", "58,000", "rows", "given"]
