"""Give out everything that is stored about a client."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from botbackend.privacy.arguments import add_client_arguments, chosen_clients
from botbackend.privacy.export import export_client


class Command(BaseCommand):
    help = "Write everything that is stored about a client as JSON, to standard output or a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_client_arguments(parser)
        parser.add_argument("--output", metavar="FILE", help="a new file, readable by its owner only")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [export_client(client=client) for client in chosen_clients(options)]
        data = {"clients": found} if options["all"] else found[0]
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if not options["output"]:
            self.stdout.write(text)
            return
        path = Path(options["output"])
        try:
            path.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise CommandError(f"cannot create {path}: {error.strerror}") from error
        path.write_text(text + "\n", encoding="utf-8")
        self.stderr.write(f"written to {path}")
