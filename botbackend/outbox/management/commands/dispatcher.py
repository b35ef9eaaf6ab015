"""`manage.py dispatcher`: announces due tasks to the workers; several may run."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from botbackend.outbox.processes.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Announces due tasks to the workers and brings back the work of lost ones. Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        stopping = threading.Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        Dispatcher().run(stopping)
