"""The short way to the addresses of many rows."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse

from botbackend.office.templatetags.office import address


@pytest.mark.parametrize(
    ("name", "numbers"), [("visit", (7,)), ("talk", (100_000_000_000,)), ("team-cell-edit", (1, 0))]
)
def test_it_is_what_url_returns_also_below_a_prefix(name: str, numbers: tuple[int, ...]) -> None:
    for prefix in ("/", "/salons/"):
        with override_script_prefix(prefix):
            assert address(name, "hair-1", *numbers) == reverse(f"office:{name}", args=["hair-1", *numbers])
