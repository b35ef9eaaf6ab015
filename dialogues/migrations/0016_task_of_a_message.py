"""Which lost text a task tells of; of older tasks nobody knows. And questions are found by salon and time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0015_known_to_drafts"), ("projects", "0007_role_of_specialists")]

    operations = [
        migrations.AddField(
            model_name="stafftask",
            name="message",
            field=models.ForeignKey(
                blank=True,
                help_text="The text that was lost, of a task that tells of one",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="dialogues.message",
            ),
        ),
        migrations.AddIndex(
            model_name="stafftask",
            index=models.Index(fields=["project", "kind", "created_at"], name="staff_task_project_kind"),
        ),
    ]
