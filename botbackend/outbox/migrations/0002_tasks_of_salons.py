"""Waiting tasks are found salon by salon, so that salons can take turns; built while everybody works."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbox", "0001_squashed_tasks"), ("projects", "0009_allowances")]

    operations = [
        # What an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(["DROP INDEX CONCURRENTLY IF EXISTS task_due_of_salon"], migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                "queue", Coalesce("project", 0), "due_at", condition=Q(state="waiting"), name="task_due_of_salon"
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
