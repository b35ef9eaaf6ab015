"""Names of salons in the form in which they are stored from now on; one that shows nothing is the salon's id.
"""

from typing import Any

from django.db import migrations

from botbackend.lib.text import canonical


def rename(apps: Any, schema_editor: Any) -> None:
    """Store each name canonically."""
    projects = apps.get_model("projects", "Project").objects
    for pk, slug, name in projects.values_list("pk", "slug", "name"):
        if name != canonical(name) or not name:
            projects.filter(pk=pk).update(name=canonical(name)[:200] or slug)


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_moved_settings_dropped")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
