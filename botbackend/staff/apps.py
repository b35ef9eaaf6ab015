"""App registration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "botbackend.staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from botbackend.staff.roles import grant_group_permissions  # needs the models loaded
        from projects.labels import translate_labels

        translate_labels(self)

        # The last of our apps: by then Django has made the permissions of all the others.
        post_migrate.connect(grant_group_permissions, sender=self)
