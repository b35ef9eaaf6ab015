"""App registration."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "botbackend.backoffice"
    verbose_name = "Back office"
