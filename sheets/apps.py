"""App registration: the mirror wakes when a booking changed, and now and then by itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bookings.engine import freshness
from botbackend.outbox import registry

POLL_SECONDS = 30.0  # looks for spreadsheets whose time has come; see sheets/rhythm/looks.py


class SheetsConfig(AppConfig):
    name = "sheets"
    verbose_name = _("Google sheets")

    def ready(self) -> None:
        from projects.labels import translate_labels

        translate_labels(self)
        subscribe, jobs = registry.subscribe, "sheets.handlers"
        subscribe(
            "booking.changed", f"{jobs}.on_booking_changed", name="sheets.booking_changed", queue="sheets"
        )
        subscribe(
            "project.changed", f"{jobs}.on_project_changed", name="sheets.project_changed", queue="sheets"
        )
        subscribe(
            "sheet.dirty",
            f"{jobs}.on_sheet_dirty",
            name="sheets.sync",
            queue="sheets",
            lease_seconds=120,
            tells_end=True,
            backoff=(5, 15, 60, 120),
        )
        subscribe("sheet.look", f"{jobs}.on_sheet_look", name="sheets.look", queue="sheets", max_attempts=2)
        freshness.register("sheets.rhythm.freshness.read_first")
        registry.every(name="sheets.poll", seconds=POLL_SECONDS, handler=f"{jobs}.poll", queue="sheets")
