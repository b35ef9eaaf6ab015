"""Every write of these rows paid for indexes that others already begin with."""

import django.db.models.deletion
from django.db import migrations, models

from botbackend.lib.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbox", "0002_lease_token")]

    operations = [
        drop_index(
            "outbox_task_project_id_d574b9f7",
            table="outbox_task",
            model="task",
            column="project_id",
            field=models.ForeignKey(
                null=True,
                blank=True,
                to="projects.project",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                db_index=False,
            ),
        ),
    ]
