"""Rows of a grid that repeat a visit for its later half hours; empty for older code."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0013_spreadsheet_ids_in_one_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheettab',
            name='repeats',
            field=models.JSONField(blank=True, db_default=[], default=list, help_text='Hashes of rows that repeat a visit, as grids do'),
        ),
    ]
