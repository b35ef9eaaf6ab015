"""A spreadsheet belongs to one salon: the first that named it keeps it, the others are told.

A link that loses its spreadsheet is marked, so that `doctor` and the admin go on telling until its owner
names another one. Its tabs and rows stay: it is the spreadsheet that was wrong, not what was seen there.
"""

import logging

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

log = logging.getLogger(__name__)


def clear_later_links(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    owners: dict[str, str] = {}
    links = apps.get_model("sheets", "SheetLink").objects.exclude(spreadsheet_id="")
    for link in links.select_related("project").order_by("pk"):
        owner = owners.setdefault(link.spreadsheet_id, link.project.slug)
        if owner == link.project.slug:
            continue
        log.warning(
            "spreadsheet %s stays with %s and is taken from %s",
            link.spreadsheet_id, owner, link.project.slug,
        )  # fmt: skip
        link.reason = f"the spreadsheet {link.spreadsheet_id} belongs to another project"
        link.spreadsheet_id, link.state = "", "taken"
        link.save(update_fields=["spreadsheet_id", "state", "reason"])


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0002_spreadsheet_of_link'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sheetlink',
            name='state',
            field=models.CharField(choices=[('new', 'New'), ('ok', 'Ok'), ('frozen', 'Frozen'), ('error', 'Error'), ('taken', 'Taken')], default='new', max_length=8),
        ),
        migrations.RunPython(clear_later_links, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='sheetlink',
            constraint=models.UniqueConstraint(condition=models.Q(('spreadsheet_id', ''), _negated=True), fields=('spreadsheet_id',), name='sheet_of_one_salon', violation_error_message='another project of this installation uses this spreadsheet'),
        ),
    ]
