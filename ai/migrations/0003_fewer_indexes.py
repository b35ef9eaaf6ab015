"""Every write of these rows paid for indexes that others already begin with."""

import django.db.models.deletion
from django.db import migrations, models

from botbackend.lib.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai", "0002_admin_plurals")]

    operations = [
        drop_index(
            "ai_turn_project_id_71c6d86c",
            table="ai_turn",
            model="turn",
            column="project_id",
            field=models.ForeignKey(
                to="projects.project",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="turns",
                db_index=False,
            ),
        ),
        drop_index(
            "ai_turn_dialogue_id_31d33750",
            table="ai_turn",
            model="turn",
            column="dialogue_id",
            field=models.ForeignKey(
                to="dialogues.dialogue",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="turns",
                db_index=False,
            ),
        ),
    ]
