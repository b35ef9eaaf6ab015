"""App registration: what runs when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("Dialogues")

    def ready(self) -> None:
        from dialogues import subscriptions  # models exist only now
        from projects.labels import translate_labels

        translate_labels(self)

        subscriptions.register()
