"""App registration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "botbackend.outbox"
    verbose_name = "Outbox"
