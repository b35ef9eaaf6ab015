"""A salon's spreadsheet is named in its link: the one to mirror beside the one that was mirrored last.

Projects without a spreadsheet keep a link whose mirror ran before, with an empty id. The column of the
project stays where it is until projects.0004; a link that old code makes meanwhile gets an empty
`mirrored_id`, which the new code takes for the same spreadsheet.
"""

from django.db import migrations, models

THERE = """
    UPDATE sheets_sheetlink SET mirrored_id = spreadsheet_id;
    UPDATE sheets_sheetlink l SET spreadsheet_id = p.google_sheet_id FROM projects_project p
     WHERE p.id = l.project_id;
    INSERT INTO sheets_sheetlink (project_id, spreadsheet_id, mirrored_id, state, reason, failures)
    SELECT id, google_sheet_id, '', 'new', '', 0 FROM projects_project
     WHERE google_sheet_id <> '' AND id NOT IN (SELECT project_id FROM sheets_sheetlink);
    SET CONSTRAINTS ALL IMMEDIATE;
"""
BACK = """
    UPDATE projects_project p SET google_sheet_id = l.spreadsheet_id FROM sheets_sheetlink l
     WHERE p.id = l.project_id;
    DELETE FROM sheets_sheetlink l WHERE mirrored_id = ''
       AND NOT EXISTS (SELECT 1 FROM sheets_sheettab WHERE link_id = l.id)
       AND NOT EXISTS (SELECT 1 FROM sheets_sheetrow WHERE link_id = l.id)
       AND NOT EXISTS (SELECT 1 FROM sheets_sheetconflict WHERE link_id = l.id);
    UPDATE sheets_sheetlink SET spreadsheet_id = mirrored_id WHERE mirrored_id <> '';
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0001_squashed_mirror'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetlink',
            name='mirrored_id',
            field=models.CharField(blank=True, db_default='', help_text='The spreadsheet that tabs and rows were seen in', max_length=200),
        ),
        migrations.AlterField(
            model_name='sheetlink',
            name='spreadsheet_id',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunSQL(THERE, BACK),
    ]
