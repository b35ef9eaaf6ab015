"""App registration: what runs when."""

from django.apps import AppConfig


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = "Dialogues"

    def ready(self) -> None:
        from dialogues import subscriptions  # models exist only now

        subscriptions.register()
