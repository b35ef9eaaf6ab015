"""Runs several management commands in one process, so that Django starts once for all of them.

Reads their words from standard input and writes what each one printed, both as JSON.
"""

import contextlib
import io
import json
import os
import sys

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """Stop at the first command that fails, with its message on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botbackend.settings")
    django.setup()
    outputs = []
    for words in json.load(sys.stdin):
        try:
            with contextlib.redirect_stdout(io.StringIO()) as output:
                call_command(*words)
        except CommandError as error:
            sys.exit(f"`manage.py {words[0]}` failed:\n{error}")
        outputs.append(output.getvalue())
    json.dump(outputs, sys.stdout)


if __name__ == "__main__":
    main()
