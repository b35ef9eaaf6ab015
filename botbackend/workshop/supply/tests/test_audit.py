"""An audit fails for a known hole, and for nothing else."""

import json
import sys
from typing import Any

import pytest

from botbackend.workshop.supply.audit import COMMAND, audit

SOUND = {"name": "sound", "version": "1", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}
HOLLOW = {"name": "hollow", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}


def told(*packages: dict[str, Any], code: int = 0) -> tuple[str, ...]:
    document = json.dumps({"dependencies": packages})
    return (sys.executable, "-c", f"import sys; print({document!r}); sys.exit({code})")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (told(SOUND), 0, "no known hole in 1 packages"),
        (told(SOUND, UNKNOWN), 0, "no known hole in 1 packages; of 1 it knows nothing"),
        (told(SOUND, HOLLOW, code=1), 1, "hollow 2: PYSEC-1, mended in 3"),
        (told(UNKNOWN, UNKNOWN), 0, "skipped: the source of advisories knows none of the 2 packages"),
        ((sys.executable, "-c", "raise SystemExit('no route')"), 0, "does not answer (no route)"),
        ((sys.executable, "-c", "print('[]')"), 0, "does not answer"),
    ],
)
def test_only_a_known_hole_fails(command: tuple[str, ...], code: int, said: str) -> None:
    found = audit(command)
    assert found[0] == code
    assert said in found[1]


def test_who_does_not_answer_costs_no_minutes() -> None:
    silent = (sys.executable, "-c", "import signal; signal.pause()")
    assert audit(silent, seconds=0.1) == (0, "skipped: the source of advisories did not answer within 0 s")


def test_what_is_asked_about_is_the_lock() -> None:
    assert "requirements.lock" in " ".join(COMMAND)
