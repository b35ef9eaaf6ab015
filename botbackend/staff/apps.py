"""App registration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "botbackend.staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        from botbackend.staff.roles import grant_group_permissions  # needs the models loaded

        # The last of our apps: by then Django has made the permissions of all the others.
        post_migrate.connect(grant_group_permissions, sender=self)
