"""Has the verdict found by a program of its own, which alone sees the run's database."""

import json
import subprocess
import sys
import tempfile

from botbackend.workshop.chaos.clients import Crowd
from botbackend.workshop.chaos.report import Verdict
from botbackend.workshop.launcher.run_directory import CHECKOUT


def ask_for_verdict(crowd: Crowd, patience: float) -> Verdict:
    """Return what became of all that the crowd said, once all is quiet or after `patience` seconds."""
    told = {
        "said": crowd.said,
        "contacts": sorted(crowd.contacts),
        "sendpulse_url": crowd.world.sendpulse.url,
        "patience": patience,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(told))
        file.flush()
        done = subprocess.run(  # noqa: S603 - starts itself
            [sys.executable, "-m", "botbackend.workshop.chaos.verdict", file.name],
            env={**crowd.world.environment, "DJANGO_SETTINGS_MODULE": "botbackend.settings"},
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            check=True,
        )
    return Verdict(**json.loads(done.stdout))
