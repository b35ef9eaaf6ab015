"""The chaos run in small: real processes are killed while clients write, and nothing may be lost."""

import pytest

from botbackend.workshop.chaos.__main__ import SHORT, run
from botbackend.workshop.chaos.report import rows_of

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_doubled_while_everything_is_killed() -> None:
    verdict, disasters = run(SHORT, recovery=True, seed=7)
    assert [row.what for row in rows_of(verdict, disasters) if row.verdict == "miss"] == []
    assert verdict.said == SHORT.clients * SHORT.messages
    assert verdict.sent > 0
    assert disasters.total() >= 4
