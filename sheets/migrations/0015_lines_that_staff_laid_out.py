"""Of a line that staff laid out only the client goes; false for older code, which blanks it whole."""

from django.db import migrations, models

MARK = """
    UPDATE sheets_sheetrow AS own SET is_theirs = true
    FROM bookings_booking AS visit, sheets_sheettab AS tab
    WHERE visit.id = own.booking_id AND visit.source = 'sheet'
      AND tab.link_id = own.link_id AND tab.sheet_id = own.sheet_id AND tab.headers <> '{}'::jsonb
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('sheets', '0014_rows_that_repeat_a_visit'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetrow',
            name='is_theirs',
            field=models.BooleanField(db_default=False, default=False, help_text='Staff laid out the line: in a grid it stays as a free slot when the visit goes'),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
