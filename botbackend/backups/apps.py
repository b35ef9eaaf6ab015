"""App registration: the daily backup, what the doctor and the metrics tell of it."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "botbackend.backups"
    verbose_name = "Backups"

    def ready(self) -> None:
        from botbackend.backups import checks as checks  # registers the system check
        from botbackend.backups import looks  # models exist only now
        from botbackend.outbox import registry

        # Whatever BACKUP_DIR says, so that a row of a time when it was set finds its handler.
        registry.every(
            name="backups.daily",
            seconds=86400,
            handler="botbackend.backups.jobs.back_up_daily",
            at_local="02:40",
            lease_seconds=12 * 3600,
        )
        looks.register()
