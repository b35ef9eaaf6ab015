"""App registration."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "botbackend.health"
    verbose_name = "Health"
