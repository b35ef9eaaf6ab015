"""App registration: the jobs of the clock."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from botbackend.outbox import registry

JOBS = "bookings.operations"


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from bookings import admin_clients as admin_clients  # models exist only now
        from projects.labels import translate_labels

        translate_labels(self)

        registry.every(
            name="bookings.search_keys", seconds=600, handler=f"{JOBS}.search_keys.fill_search_keys"
        )
        registry.every(name="bookings.old_merges", seconds=3600, handler=f"{JOBS}.merging.drop_old_merges")
