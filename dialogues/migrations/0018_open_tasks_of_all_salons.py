"""Open tasks are found by their kind in all salons together; built while everybody works."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dialogues", "0017_pace_of_salons")]

    operations = [
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(["DROP INDEX CONCURRENTLY IF EXISTS staff_task_open"], migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="stafftask",
            index=models.Index(fields=["kind"], condition=Q(state="open"), name="staff_task_open"),
        ),
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
