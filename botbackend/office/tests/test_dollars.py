"""Costs of the assistant are written in one form."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from botbackend.office.dollars import dollars

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (None, "–"),
        (0, "$0.00"),
        (Decimal("0.0134"), "$0.0134"),
        ("0.1", "$0.10"),
        (Decimal("1234.5"), "$1,234.50"),
    ],
)
def test_cents_are_told_and_of_little_sums_more(amount: Decimal | None, written: str) -> None:
    assert dollars(amount) == written


def test_signs_are_those_of_the_readers_language() -> None:
    with translation.override("uk"):
        assert dollars(Decimal("1234.5")) == "$1\xa0234,50"


def test_no_page_writes_dollars_in_a_form_of_its_own() -> None:
    own = [
        str(page.relative_to(TEMPLATES))
        for page in TEMPLATES.rglob("*.html")
        if "${{" in (text := page.read_text()) or 'money:"USD"' in text
    ]
    assert own == []
