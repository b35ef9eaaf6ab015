"""Tabs and rows name the spreadsheet they were seen in, so that a salon can return to a former one.

Until now they were deleted when the id changed. What is there was seen in `mirrored_id`; rows that old
code makes meanwhile have an empty id and are taken for the spreadsheet of now. Taken back, only what was
seen in that one can stay.
"""

import django.db.models.deletion
from django.db import migrations, models

THERE = """
    UPDATE sheets_sheettab t SET spreadsheet_id = l.mirrored_id FROM sheets_sheetlink l WHERE l.id = t.link_id;
    UPDATE sheets_sheetrow r SET spreadsheet_id = l.mirrored_id FROM sheets_sheetlink l WHERE l.id = r.link_id;
    SET CONSTRAINTS ALL IMMEDIATE;
"""
BACK = """
    DELETE FROM sheets_sheettab t USING sheets_sheetlink l
     WHERE l.id = t.link_id AND t.spreadsheet_id NOT IN ('', l.mirrored_id);
    DELETE FROM sheets_sheetrow r USING sheets_sheetlink l
     WHERE l.id = r.link_id AND r.spreadsheet_id NOT IN ('', l.mirrored_id);
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('sheets', '0003_one_salon_per_spreadsheet'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheettab',
            name='spreadsheet_id',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='sheetrow',
            name='spreadsheet_id',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.RemoveConstraint(model_name='sheettab', name='sheet_tab_per_specialist'),
        migrations.RemoveConstraint(model_name='sheettab', name='sheet_tab_once'),
        migrations.AlterField(
            model_name='sheetrow',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_rows', to='bookings.booking'),
        ),
        migrations.RunSQL(THERE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='sheettab',
            constraint=models.UniqueConstraint(fields=('link', 'spreadsheet_id', 'specialist'), name='sheet_tab_per_specialist'),
        ),
        migrations.AddConstraint(
            model_name='sheettab',
            constraint=models.UniqueConstraint(fields=('link', 'spreadsheet_id', 'sheet_id'), name='sheet_tab_once'),
        ),
        migrations.AddConstraint(
            model_name='sheetrow',
            constraint=models.UniqueConstraint(fields=('booking', 'spreadsheet_id'), name='sheet_row_per_visit'),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, BACK),
    ]
