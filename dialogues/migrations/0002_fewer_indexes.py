"""Every write of these rows paid for indexes that others already begin with."""

import django.db.models.deletion
from django.db import migrations, models

from botbackend.lib.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dialogues", "0001_initial")]

    operations = [
        drop_index(
            "dialogues_inboundevent_project_id_ab590f78",
            table="dialogues_inboundevent",
            model="inboundevent",
            column="project_id",
            field=models.ForeignKey(
                to="projects.project",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                db_index=False,
            ),
        ),
        drop_index(
            "dialogues_dialogue_project_id_195a8cac",
            table="dialogues_dialogue",
            model="dialogue",
            column="project_id",
            field=models.ForeignKey(
                to="projects.project",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dialogues",
                db_index=False,
            ),
        ),
        drop_index(
            "dialogues_message_dialogue_id_f5e3d01a",
            table="dialogues_message",
            model="message",
            column="dialogue_id",
            field=models.ForeignKey(
                to="dialogues.dialogue",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                db_index=False,
            ),
        ),
    ]
