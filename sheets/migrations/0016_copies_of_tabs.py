"""Copies that staff made of our tabs, and when we last looked for any; empty for older code."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0015_lines_that_staff_laid_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetlink',
            name='listed_at',
            field=models.DateTimeField(blank=True, help_text='When Google was last asked for all worksheets', null=True),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='copies',
            field=models.JSONField(blank=True, db_default=[], default=list, help_text='Copies of our tabs of which staff were told'),
        ),
    ]
