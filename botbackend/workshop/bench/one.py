"""`python -m botbackend.workshop.bench.one MODULE FILE OPTIONS`: runs one benchmark, writes rows as JSON."""

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

import django
from django.core.management import call_command

from botbackend.workshop.bench.row import Options, Row


def main(module_name: str, target: str, options: str) -> None:
    """Set Django up, migrate the empty database, run with the options (JSON), write."""
    django.setup()
    call_command("migrate", verbosity=0)
    module = importlib.import_module(f"botbackend.workshop.bench.{module_name}")
    rows: list[Row] = module.run(Options(**json.loads(options)))
    content = {"name": module.NAME, "rows": [asdict(row) for row in rows]}
    Path(target).write_text(json.dumps(content))


if __name__ == "__main__":
    main(*sys.argv[1:])
