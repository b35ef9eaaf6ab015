"""App registration: the jobs of the clock."""

from django.apps import AppConfig

from botbackend.outbox import registry

JOBS = "bookings.operations"


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        registry.every(
            name="bookings.search_keys", seconds=600, handler=f"{JOBS}.search_keys.fill_search_keys"
        )
