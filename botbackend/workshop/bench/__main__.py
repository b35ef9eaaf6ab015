"""`python -m botbackend.workshop.bench [OPTIONS] [NAME ...]`: runs benchmarks, prints tables.

A benchmark is a module of this package with a title `NAME` and `run(options: Options) -> list[Row]`. Each
runs in a process and a migrated database of its own, so that none slows down or feeds on another.
"""

import argparse
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import botbackend.workshop.bench
from botbackend.workshop.bench._database import dropping_seeds, fresh_database
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.bench.table import render_table

NOT_BENCHMARKS = {"__main__", "one", "row", "table", "tests"}


def benchmark_names() -> list[str]:
    """Modules of this package that are benchmarks."""
    found = {module.name for module in pkgutil.iter_modules(botbackend.workshop.bench.__path__)}
    return sorted(name for name in found - NOT_BENCHMARKS if not name.startswith("_"))


def run_one(name: str, options: Options) -> tuple[str, list[Row]]:
    """Title and rows of one benchmark. Raises CalledProcessError if it fails."""
    with (
        fresh_database(os.environ["DATABASE_URL"], name) as url,
        tempfile.NamedTemporaryFile(suffix=".json") as file,
    ):
        environment = {"DJANGO_SETTINGS_MODULE": "botbackend.settings", **os.environ, "DATABASE_URL": url}
        command = [sys.executable, "-m", "botbackend.workshop.bench.one", name, file.name]
        command.append(json.dumps(asdict(options)))
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - starts itself
        content = json.loads(Path(file.name).read_text())
    return content["name"], [Row(**row) for row in content["rows"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 1 if a benchmark failed to run, or with --strict missed a target."""
    names = benchmark_names()
    parser = argparse.ArgumentParser(prog="python -m botbackend.workshop.bench")
    parser.add_argument("--quick", action="store_true", help="short runs, rough figures")
    parser.add_argument("--strict", action="store_true", help="a missed target is a failure")
    parser.add_argument("--seconds", type=float, default=0.0, help="how long a load lasts")
    parser.add_argument("--rate", type=float, default=0.0, help="how much of it a second")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names) or 'none yet'}")
    options = parser.parse_args(arguments)
    how = Options(options.quick, options.seconds, options.rate)
    if unknown := set(options.names) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    failed = missed = 0
    with dropping_seeds(os.environ["DATABASE_URL"]):
        for name in options.names or names:
            try:
                title, rows = run_one(name, how)
            except subprocess.CalledProcessError as error:
                failed += 1
                _say(f"\n{name}: failed with exit code {error.returncode}")
                continue
            missed += sum(row.verdict == "miss" for row in rows)
            _say(f"\n{title}\n{render_table(rows)}")
    return 1 if failed or (missed and options.strict) else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
