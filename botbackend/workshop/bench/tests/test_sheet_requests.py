"""What 400 salons ask of Google fits into the quota of five accounts; more figures are the benchmark's."""

import pytest
import time_machine
from pytest_django import Settings

from botbackend.workshop.bench.sheet_requests import DAY, PER_PROJECT, PER_USER, at_eleven, counted, street

pytestmark = pytest.mark.django_db


def test_400_salons_ask_less_by_day_than_google_allows(settings: Settings) -> None:
    per_account = settings.GOOGLE_REQUESTS_PER_MINUTE
    for name in ("API_BASE_URL", "CREDENTIALS_FILE", "REQUESTS_PER_MINUTE"):
        setattr(settings, f"GOOGLE_{name}", None)  # so that what the street sets is taken back
    with time_machine.travel(at_eleven(), tick=False) as clock, street(5) as some:
        some.live(DAY, 3, clock)
        asked = counted(some, DAY, 8, clock)
    assert 0 < asked["read"] <= PER_PROJECT
    assert asked["write"] <= PER_PROJECT
    # However the salons are spread and whatever they do: beyond this nobody asks.
    assert per_account <= PER_USER
