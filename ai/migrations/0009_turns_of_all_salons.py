"""Turns are found by their time in all salons together, and those that run; built while everybody works.

Summaries are found by salon and time, for the month's bill.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


_NEW = ("turn_started", "turn_running", "summary_project_created")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai", "0008_scenarios")]

    operations = [
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(
            [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in _NEW],
            migrations.RunSQL.noop,
        ),
        AddIndexConcurrently(
            model_name="turn",
            index=models.Index(fields=["started_at"], name="turn_started"),
        ),
        AddIndexConcurrently(
            model_name="turn",
            index=models.Index(fields=["started_at"], condition=Q(outcome="running"), name="turn_running"),
        ),
        AddIndexConcurrently(
            model_name="summary",
            index=models.Index(fields=["project", "created_at"], name="summary_project_created"),
        ),
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
