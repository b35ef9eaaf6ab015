"""App registration."""

from django.apps import AppConfig

from botbackend.health import checks as checks  # registers the system checks


class HealthConfig(AppConfig):
    name = "botbackend.health"
    verbose_name = "Health"
