"""Room for what came under a good secret and is of no salon that is known; old code beside writes none."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def drop_strays(apps: Any, schema_editor: Any) -> None:
    """There is no room for them in the form of before."""
    apps.get_model("dialogues", "InboundEvent").objects.filter(project=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("dialogues", "0009_attachments"),
        ("projects", "0006_known_languages_and_currencies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="inboundevent",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Empty for a stray one: its secret is good for several salons",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="projects.project",
            ),
        ),
        migrations.AlterField(
            model_name="inboundevent",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "New"), ("done", "Done"), ("ignored", "Ignored"), ("failed", "Failed"),
                    ("stray", "Stray"),
                ],
                default="new",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="inboundevent",
            index=models.Index(
                condition=models.Q(("state", "stray")), fields=["received_at"], name="inbound_event_stray"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("project", None)),
                fields=("dedupe_key",),
                name="inbound_event_of_nobody_once",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_strays),
    ]
