"""App registration."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "botbackend.office"
    verbose_name = "Back office"

    def ready(self) -> None:
        from botbackend.outbox import registry  # models exist only now

        mail, forget = "botbackend.office.security.reset.mail_link", "botbackend.office.security.reset.forget"
        registry.subscribe("password.forgotten", mail, name="office.password_link", queue="default")
        registry.every(name="office.sign_ins_forgotten", seconds=86400, handler=forget, at_local="03:20")
