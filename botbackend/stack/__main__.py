"""`python -m botbackend.stack exec [--fast] -- CMD`: the launcher's command line."""

import argparse
import sys
from collections.abc import Sequence

from botbackend.stack.execute import execute
from botbackend.stack.run_directory import DirectoryBusy
from botbackend.stack.servers import ServerError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m botbackend.stack")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("exec", help="run a command with throwaway PostgreSQL and Redis around it")
    run.add_argument("--fast", action="store_true", help="no fsync: for tests")
    run.add_argument("words", nargs="+", metavar="CMD")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return execute(options.words, fast=options.fast)
    except (ServerError, DirectoryBusy) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
