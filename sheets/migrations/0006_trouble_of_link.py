"""Since when a mirror does not keep up, and who must do what; all empty = it keeps up, as far as is known."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0005_layout_of_tab'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetlink',
            name='failing_since',
            field=models.DateTimeField(blank=True, help_text='Since when no cycle came to its end; empty = the last one did', null=True),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='waiting_since',
            field=models.DateTimeField(blank=True, help_text='Of when the oldest change is that the spreadsheet does not show', null=True),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='advice',
            field=models.CharField(blank=True, db_default='', default='', help_text='Who must do what about the trouble', max_length=500),
        ),
    ]
