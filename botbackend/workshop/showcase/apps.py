"""App registration: Django looks for commands in apps."""

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    name = "botbackend.workshop.showcase"
    verbose_name = "Showcase"
