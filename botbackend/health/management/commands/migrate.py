"""`manage.py migrate`: Django's, around the pooler where one stands before the database."""

from typing import Any

from django.core.management.commands import migrate

from botbackend.lib.postgres.direct import go_direct


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate over a connection that is one session: some steps set timeouts for those that follow."""
        go_direct()
        super().handle(*args, **options)
