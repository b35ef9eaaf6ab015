"""An id of a spreadsheet has one form: other spellings of it let a second salon into the first one's.

A whole address is reduced to its id, wherever it is stored. A link whose text is no address and no id, or
names what another link has already, loses its spreadsheet and says why; its tabs and rows stay.
"""

import logging
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sheets.addresses import is_spreadsheet_id, spreadsheet_id_in

log = logging.getLogger(__name__)
# Columns that name the spreadsheet something was seen in, with what may stand there once per spreadsheet.
SEEN_THERE = {"SheetTab": ("specialist_id", "sheet_id"), "SheetRow": ("booking_id",), "SheetAdoption": ()}


def bring_ids_into_form(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    links = apps.get_model("sheets", "SheetLink").objects
    taken = {link.spreadsheet_id for link in links.all() if is_spreadsheet_id(link.spreadsheet_id)}
    for link in links.order_by("pk"):
        former = {link.spreadsheet_id, link.mirrored_id} - {""}
        for model in SEEN_THERE:
            rows = apps.get_model("sheets", model).objects.filter(link=link).exclude(spreadsheet_id="")
            former |= set(rows.values_list("spreadsheet_id", flat=True))
        ids = {text: reduced(text) for text in sorted(former) if not is_spreadsheet_id(text)}
        if ids:
            turn_link(link, ids, taken)
            for text, spreadsheet_id in ids.items():
                if spreadsheet_id:
                    rename_seen(apps, link, text, spreadsheet_id)


def reduced(text: str) -> str:
    try:
        return spreadsheet_id_in(text)
    except ValueError:
        return ""


def turn_link(link: Any, ids: dict[str, str], taken: set[str]) -> None:
    text = link.spreadsheet_id
    if text in ids:
        link.spreadsheet_id = ids[text]
        if not ids[text]:
            lose_spreadsheet(link, f"{text[:250]} is no id and no address of a spreadsheet")
        elif ids[text] in taken:
            lose_spreadsheet(link, f"the spreadsheet {ids[text]} belongs to another project")
        elif link.state == "error":
            link.state, link.reason = "new", ""
        taken.add(link.spreadsheet_id)
    link.mirrored_id = ids.get(link.mirrored_id) or link.mirrored_id
    link.marked_id = "" if link.marked_id in ids else link.marked_id
    link.save(update_fields=["spreadsheet_id", "mirrored_id", "marked_id", "state", "reason"])


def lose_spreadsheet(link: Any, reason: str) -> None:
    log.warning("project %s loses its spreadsheet: %s", link.project_id, reason)
    link.spreadsheet_id, link.state, link.reason = "", "taken", reason


def rename_seen(apps: Apps, link: Any, text: str, spreadsheet_id: str) -> None:
    """Say what was seen under the address is the spreadsheet's; what both spellings have stays as it is."""
    for model, once in SEEN_THERE.items():
        rows = apps.get_model("sheets", model).objects.filter(link=link)
        there = rows.filter(spreadsheet_id=spreadsheet_id)
        moving = rows.filter(spreadsheet_id=text)
        for column in once:
            moving = moving.exclude(**{f"{column}__in": list(there.values_list(column, flat=True))})
        moving.update(spreadsheet_id=spreadsheet_id)


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0012_read_due_of_link'),
    ]

    operations = [
        migrations.RunPython(bring_ids_into_form, migrations.RunPython.noop),
        # A foreign key checked at the end of the transaction would stand in the way of the constraint.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='sheetlink',
            constraint=models.CheckConstraint(condition=models.Q(('spreadsheet_id__regex', '^[A-Za-z0-9_-]*$')), name='sheet_id_in_one_form', violation_error_message="must be the spreadsheet's address or its id: what stands between /d/ and /edit in the address, as in https://docs.google.com/spreadsheets/d/1AbC-d_9/edit"),
        ),
    ]
