"""The table of tasks keeps its pages when it is vacuumed: see botbackend/outbox/room.py."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_tasks_of_salons")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outbox_task SET (vacuum_truncate = off)",
            "ALTER TABLE outbox_task RESET (vacuum_truncate)",
        ),
    ]
