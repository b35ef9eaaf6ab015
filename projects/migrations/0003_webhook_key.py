"""A keyed hash of each webhook secret: the salon of a presented secret is found without opening any."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from botbackend.lib.crypto import blind_index


def fill_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every stored secret its key."""
    for project in apps.get_model("projects", "Project").objects.exclude(webhook_secret__isnull=True):
        project.webhook_key = blind_index(project.webhook_secret, purpose="webhook_secret")
        project.save(update_fields=["webhook_key"])


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_sane_clock_settings")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="webhook_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=40),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["webhook_key"], name="project_webhook_key"),
        ),
    ]
