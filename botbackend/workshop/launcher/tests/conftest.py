"""Directories and processes of the launcher's tests."""

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence

import pytest

from botbackend.workshop.launcher.run_directory import CHECKOUT, VAR, RunDirectory
from botbackend.workshop.launcher.tests.factories import Launch


@pytest.fixture
def directory() -> Iterator[RunDirectory]:
    """A directory of our own below var/, which also the unprivileged PostgreSQL may enter."""
    with RunDirectory(VAR / f"run-test-{uuid.uuid4().hex[:8]}", ephemeral=True) as made:
        yield made


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts Python processes in the checkout; those that still run at the end of the test are killed."""
    with contextlib.ExitStack() as stack:

        def start(
            *arguments: str, unset: Sequence[str] = (), variables: Mapping[str, str] | None = None
        ) -> subprocess.Popen[str]:
            environment = {name: value for name, value in os.environ.items() if name not in unset}
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=CHECKOUT,
                env={**environment, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start
