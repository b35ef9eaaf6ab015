"""The columns whose values stand in other tables now are dropped.

For this no old code may run any more: it would ask for them. Taken back, they get their defaults here and
their values when the migrations of the four tables are taken back, too.
"""

from django.db import migrations

CONSTRAINTS = [
    "project_one_per_bot",
    "project_work_hours_in_order",
    "project_grid_sane",
    "project_notice_and_horizon_sane",
]
COLUMNS = [
    "slot_minutes",
    "work_start_minute",
    "work_end_minute",
    "min_notice_minutes",
    "horizon_days",
    "cancel_deadline_hours",
    "max_active_visits",
    "allow_nesting",
    "confirm_before_booking",
    "debounce_seconds",
    "max_wait_seconds",
    "handoff_minutes",
    "client_messages_per_hour",
    "project_messages_per_hour",
    "staff_contact_id",
    "staff_email",
    "sendpulse_bot_id",
    "sendpulse_client_id",
    "sendpulse_client_secret",
    "webhook_secret",
    "google_sheet_id",
    "model_fast",
    "model_main",
    "monthly_budget_usd",
]


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0003_country'),
    ]

    operations = [
        *[migrations.RemoveConstraint(model_name='project', name=name) for name in CONSTRAINTS],
        *[migrations.RemoveField(model_name='project', name=name) for name in COLUMNS],
    ]
