"""`manage.py work QUEUE`: a worker process for one queue."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from botbackend.outbox.worker import work


class Command(BaseCommand):
    help = "Runs the tasks of one queue, many at once. One queue per process, so that none holds up another."

    def add_arguments(self, parser: CommandParser) -> None:
        """QUEUE, and how many tasks at once."""
        parser.add_argument("queue", choices=settings.QUEUES)
        parser.add_argument("--threads", type=int, help="tasks at once; default from the settings")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT, at most 20 s longer."""
        queue = options["queue"]
        threads = options["threads"] or settings.WORKER_THREADS[queue]
        work(queue, threads=threads, database_connections=min(threads + 3, settings.WORKER_CONNECTIONS))
