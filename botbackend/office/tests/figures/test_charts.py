"""Bars from zero up, with lines at round values and labels that a phone has room for."""

import itertools

import pytest

from botbackend.office.figures.charts import HEIGHT, Bars, bars_of


def chart(values: list[float], label: str = "1.11") -> Bars:
    return bars_of([(label, value, str(value)) for value in values], written=lambda value: f"{value:g} UAH")


@pytest.mark.parametrize(
    ("greatest", "lines"),
    [
        (11_800, ["15000 UAH", "10000 UAH", "5000 UAH", "0 UAH"]),
        (10_000, ["10000 UAH", "7500 UAH", "5000 UAH", "2500 UAH", "0 UAH"]),
        (3, ["3 UAH", "2 UAH", "1 UAH", "0 UAH"]),
        (0.0235, ["0.03 UAH", "0.02 UAH", "0.01 UAH", "0 UAH"]),
        (0, ["0 UAH"]),
    ],
)
def test_lines_are_round_begin_at_zero_and_none_is_below_a_bar(greatest: float, lines: list[str]) -> None:
    found = chart([greatest, 0, greatest / 2])
    assert [line.said for line in found.lines] == lines
    assert found.lines[-1].y == HEIGHT
    assert [bar.height for bar in found.bars][1:] == [0, pytest.approx(found.bars[0].height / 2, abs=0.01)]
    assert found.bars[0].y >= 0
    assert {round(bar.y + bar.height) for bar in found.bars} == {HEIGHT}


@pytest.mark.parametrize("count", [1, 7, 31, 53, 366])
@pytest.mark.parametrize("label", ["1.11", "Nov 2026", "листопад 2026"])
def test_labels_have_room_of_their_own_on_a_phone(count: int, label: str) -> None:
    marks = chart([1.0] * count, label).marks
    on_phone = [mark.x * 2.3 for mark in marks if not mark.is_wide]
    assert 1 <= len(on_phone) <= len(marks) <= 6
    assert all(right - left >= 8 * len(label) for left, right in itertools.pairwise(on_phone))


def test_a_chart_names_its_highest_bar() -> None:
    assert (chart([3, 7, 7.5, 2]).most, chart([]).most) == ("7.5", "")
