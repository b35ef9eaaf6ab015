"""Turns are found by their time in all salons together, and those that run; built while everybody works."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai", "0008_scenarios")]

    operations = [
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(
            ["DROP INDEX CONCURRENTLY IF EXISTS turn_started", "DROP INDEX CONCURRENTLY IF EXISTS turn_running"],
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
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
