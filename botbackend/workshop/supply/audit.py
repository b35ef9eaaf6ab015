"""Asks for known holes of the locked packages. Whoever cannot ask is told so, and goes on."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from botbackend.workshop.supply.lock import LOCK

SECONDS = 90  # all packages together; where nobody answers, each of them would wait
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK)),
    *("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "5"),
)


def audit(command: Sequence[str] = COMMAND, *, seconds: float = SECONDS) -> tuple[int, str]:
    """Return the exit code - 1 only for a known hole - and what there is to say."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603
        found = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return 0, f"skipped: the source of advisories did not answer within {seconds:.0f} s"
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return 0, f"skipped: the source of advisories does not answer ({last[:200]})"
    return judged(found)


def judged(found: Sequence[Mapping[str, Any]]) -> tuple[int, str]:
    """Judge what pip-audit tells of each package."""
    known = [one for one in found if "skip_reason" not in one]
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"
        for one in known
        for hole in one["vulns"]
    ]
    if holes:
        return 1, "\n".join(["known holes:", *holes])
    if not known:
        return 0, f"skipped: the source of advisories knows none of the {len(found)} packages"
    rest = len(found) - len(known)
    unknown = f"; of {rest} it knows nothing" if rest else ""
    return 0, f"no known hole in {len(known)} packages{unknown}"
