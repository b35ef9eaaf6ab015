"""Where the settings of a salon stand: the rows that a configuration reads and writes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ai.models import AssistantSettings, assistant_of
from bookings.models import BookingRules, rules_of
from dialogues.models import ChannelSettings, channel_of
from projects.models import Project

# Fields of the document that stand in a column of the same name, in the document's order.
PLAIN_FIELDS = {
    "project": ("timezone", "language", "currency", "country"),
    "rules": ("slot_minutes", "min_notice_minutes", "horizon_days", "cancel_deadline_hours"),
    "channel": ("debounce_seconds", "max_wait_seconds"),
    "assistant": ("confirm_before_booking",),
}
CHANNEL_COLUMNS = {
    "bot_id": "sendpulse_bot_id",
    "client_id": "sendpulse_client_id",
    "client_secret": "sendpulse_client_secret",
    "webhook_secret": "webhook_secret",
}


@dataclass(frozen=True)
class Parts:
    """A salon and its settings; a row that is not there yet has the defaults."""

    project: Project
    rules: BookingRules
    channel: ChannelSettings
    assistant: AssistantSettings

    def plain(self) -> dict[str, Any]:
        """Return the plain fields by name."""
        return {
            name: getattr(getattr(self, part), name) for part, names in PLAIN_FIELDS.items() for name in names
        }

    def save(self) -> None:
        """Store all of them; this is what makes the rows of a new salon."""
        for row in (self.project, self.rules, self.channel, self.assistant):
            row.save()


def projects_with_parts() -> QuerySet[Project]:
    """Return projects that bring their settings along, all but the two secrets that nobody reads back."""
    rows = Project.objects.select_related(
        "booking_rules", "channel_settings", "assistant_settings", "sheet_link"
    )
    return rows.defer("channel_settings__sendpulse_client_secret", "channel_settings__webhook_secret")


def parts_of(project: Project) -> Parts:
    """Return the project and its settings, each read once per `project` object."""
    return Parts(project, rules_of(project), channel_of(project), assistant_of(project))
