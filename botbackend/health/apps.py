"""App registration."""

from django.apps import AppConfig

from botbackend.health import checks as checks  # registers the system checks
from botbackend.lib import error_reports


class HealthConfig(AppConfig):
    name = "botbackend.health"
    verbose_name = "Health"

    def ready(self) -> None:
        error_reports.start_if_wanted()
