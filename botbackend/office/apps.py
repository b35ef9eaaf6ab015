"""App registration."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "botbackend.office"
    verbose_name = "Back office"
