"""`manage.py answer_by_hand`: play the model against the running product."""

import signal
import tempfile
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from botbackend.workshop.by_hand.endpoint import HandAnswered
from botbackend.workshop.by_hand.queue import HandQueue


class Command(BaseCommand):
    """Serves until SIGTERM or SIGINT."""

    help = (
        "A Messages API on loopback that writes each request into a folder as NUMBER.request.json and gives "
        "what is then written beside it as NUMBER.answer.json. An answer that cannot be given is told in "
        "NUMBER.error, and the next one is waited for."
    )
    requires_system_checks: list[str] = []  # it needs nothing of the product's

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
        parser.add_argument(
            "--folder", type=Path, help="where the files go; default: a new one among the temporary ones"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"] or Path(tempfile.mkdtemp(prefix="answer_by_hand_"))
        endpoint = HandAnswered(HandQueue(folder.resolve(), tell=self._tell), tell=self._tell)
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        endpoint.start(options["port"])
        self._tell(f"ready {endpoint.url} {endpoint.queue.folder}")
        ended.wait()
        endpoint.stop()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
