"""The launcher's command line: `python -m botbackend.workshop.launcher exec|run|reload|demo|manage`."""

import argparse
import sys
from collections.abc import Sequence

from botbackend.loopback import LoopbackError
from botbackend.workshop.launcher.demo import demo
from botbackend.workshop.launcher.execute import execute
from botbackend.workshop.launcher.manage import manage_here
from botbackend.workshop.launcher.product import CommandFailed
from botbackend.workshop.launcher.renewal.control import NobodyRuns
from botbackend.workshop.launcher.run import CannotRun, reload, run
from botbackend.workshop.launcher.run_directory import DirectoryBusy
from botbackend.workshop.launcher.servers import ServerError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m botbackend.workshop.launcher")
    commands = parser.add_subparsers(dest="command", required=True)
    execute_parser = commands.add_parser("exec", help="run CMD with throwaway PostgreSQL and Redis around it")
    execute_parser.add_argument("--fast", action="store_true", help="no fsync: for tests")
    execute_parser.add_argument("words", nargs="+", metavar="CMD")
    commands.add_parser("run", help="serve with the real services of .env or the environment")
    commands.add_parser("reload", help="let what `run` started be replaced by this code and these settings")
    manage_parser = commands.add_parser("manage", help="one manage.py command with the servers of `run`")
    manage_parser.add_argument("words", nargs=argparse.REMAINDER, metavar="WORDS")
    demo_parser = commands.add_parser("demo", help="everything with stand-ins, proven by a conversation")
    demo_parser.add_argument("--exit", action="store_true", help="stop after the conversation")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "exec":
            return execute(options.words, fast=options.fast)
        if options.command == "demo":
            return demo(leave=options.exit)
        if options.command == "manage":
            return manage_here(options.words)
        return reload() if options.command == "reload" else run()
    except (NobodyRuns, ServerError, DirectoryBusy, CannotRun, CommandFailed, LoopbackError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
