"""A gunicorn as the product starts it, for the time of one measurement."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botbackend.workshop.launcher.ports import free_port, port_is_free
from botbackend.workshop.launcher.processes import end_process, wait_until
from botbackend.workshop.launcher.product import GUNICORN_CONF
from botbackend.workshop.launcher.run_directory import CHECKOUT

START_SECONDS = 60.0


@contextmanager
def serving(application: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve a WSGI application with the product's gunicorn settings; yields the port.

    Only the renewal of workers after some thousand requests is off: it would strike one rival and spare
    another by chance.
    """
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "-c", str(GUNICORN_CONF)]
    process = subprocess.Popen(  # noqa: S603 - starts itself
        [*command, "--no-control-socket", "--max-requests", "0", "--log-level", "warning"],
        env={**os.environ, **environment, "PORT": str(port), "LOG_LEVEL": "WARNING"},
        cwd=CHECKOUT,
        start_new_session=True,
    )
    try:
        if not wait_until(lambda: not port_is_free(port) or process.poll() is not None, START_SECONDS):
            raise RuntimeError(f"gunicorn did not listen within {START_SECONDS:.0f} s")
        yield port
    finally:
        end_process(process, steps=[(signal.SIGTERM, 5.0)])
