"""django-appointment, from its wheel, in an environment of its own: nothing of it is ever imported here."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django
import psycopg
from django.conf import settings

from botbackend.workshop.bench._database import fresh_database
from botbackend.workshop.bench._salon import CLOSES, GRID, OPENS, PEOPLE, ZONE, DrawnVisit

VERSION = "3.12.0"
_HOME = Path(settings.BASE_DIR) / ".bench" / f"django-appointment-{VERSION}"
_DRIVER = Path(__file__).with_name("_rival_driver.py")


@dataclass(frozen=True)
class RivalFigures:
    """Milliseconds and statements; `free` is what each of the asked days offers in total."""

    day_ms: float
    day_queries: int
    window_ms: float
    window_queries: int
    free: int


def _python() -> Path:
    """The interpreter of the rival's environment, built on first use. Raises CalledProcessError offline."""
    python = _HOME / "bin" / "python"
    ready = _HOME / "ready"
    if not ready.exists():
        venv.create(_HOME, with_pip=True, clear=True)
        wanted = [
            f"django-appointment=={VERSION}",
            f"Django=={django.__version__}",
            f"psycopg[binary]=={psycopg.__version__}",
        ]
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], {})
        ready.touch()
    return python


def _run(command: Sequence[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=sys.stderr)  # noqa: S603 - our words


def measure_rival(visits: Sequence[DrawnVisit], *, first: date, days: int, repeat: int) -> RivalFigures:
    """Load the same visits into a database of the rival's own, on the same server, and ask the same."""
    question = {
        "zone": str(ZONE),
        "people": PEOPLE,
        "opens": OPENS,
        "closes": CLOSES,
        "grid": GRID,
        "first": first.isoformat(),
        "days": days,
        "repeat": repeat,
        "visits": [[one.who, one.day.isoformat(), one.start, one.length] for one in visits],
    }
    python = _python()
    with (
        fresh_database(os.environ["DATABASE_URL"], "rival") as url,
        tempfile.TemporaryDirectory() as directory,
    ):
        asked, answer = Path(directory) / "asked.json", Path(directory) / "answer.json"
        asked.write_text(json.dumps(question))
        _run([str(python), str(_DRIVER), str(asked), str(answer)], {"DATABASE_URL": url})
        return RivalFigures(**json.loads(answer.read_text()))
