"""A row that vanished among many waits for a person's answer, whatever becomes of its tab meanwhile."""

from django.db import migrations, models

WAITING = """
UPDATE sheets_sheetrow r SET awaits_answer = true FROM sheets_sheettab t
 WHERE t.link_id = r.link_id AND t.sheet_id = r.sheet_id AND t.state = 'frozen' AND r.missing_since IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0008_plan_of_first_contact'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetrow',
            name='awaits_answer',
            field=models.BooleanField(db_default=False, default=False, help_text='It vanished with many others; a person says what becomes of the visit'),
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]
