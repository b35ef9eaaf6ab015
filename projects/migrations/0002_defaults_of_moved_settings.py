"""The settings stand in four other tables now; new code inserts salons without naming these columns.

All but projects.0004 only adds: apply that, restart with the new code, then `migrate` (docs/operations.md
has the commands). Old code goes on with the columns until it is stopped, and new code does not need them any more.
"""

from django.db import migrations

DEFAULTS = {
    "slot_minutes": "30",
    "work_start_minute": "540",
    "work_end_minute": "1080",
    "min_notice_minutes": "0",
    "horizon_days": "60",
    "cancel_deadline_hours": "0",
    "max_active_visits": "10",
    "allow_nesting": "false",
    "confirm_before_booking": "true",
    "debounce_seconds": "4",
    "max_wait_seconds": "15",
    "handoff_minutes": "120",
    "client_messages_per_hour": "120",
    "project_messages_per_hour": "5000",
    "staff_contact_id": "''",
    "staff_email": "''",
    "sendpulse_bot_id": "''",
    "sendpulse_client_id": "''",
    "sendpulse_client_secret": "''",
    "webhook_secret": "''",
    "google_sheet_id": "''",
    "model_fast": "''",
    "model_main": "''",
}


def _alter(change):
    changes = ", ".join(f"ALTER COLUMN {name} {change.format(value)}" for name, value in DEFAULTS.items())
    return f"ALTER TABLE projects_project {changes}"


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_squashed_salons_people_and_keys'),
        ('bookings', '0002_booking_rules'),
        ('dialogues', '0002_channel_settings'),
        ('ai', '0002_assistant_settings'),
        ('sheets', '0002_spreadsheet_of_link'),
    ]

    operations = [
        migrations.RunSQL(_alter("SET DEFAULT {}"), _alter("DROP DEFAULT")),
    ]
