"""App registration."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"
    verbose_name = "Google sheets"

    def ready(self) -> None:
        from sheets import handlers  # models exist only now; handlers import them

        handlers.subscribe()
