"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "botbackend.outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        from projects.labels import translate_labels  # models exist only now

        translate_labels(self)
