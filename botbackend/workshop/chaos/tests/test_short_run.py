"""The chaos run in small: real processes are killed while clients write, and nothing may be lost."""

import pytest

from botbackend.workshop.chaos.__main__ import SHORT, run

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_doubled_while_everything_is_killed_and_then_updated() -> None:
    outcome = run(SHORT, recovery=True, seed=7)
    assert [row.what for row in outcome.rows() if row.verdict == "miss"] == []
    assert outcome.verdict.said > SHORT.clients * SHORT.messages
    assert outcome.verdict.sent > 0
    assert outcome.disasters.total() >= 4
    assert outcome.update is not None
    assert outcome.update.posted > SHORT.updated_at * outcome.update.seconds / 2  # a busy machine misses some
