"""When a spreadsheet is read again though nobody changed it; empty for older code."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0011_titles_given_and_tabs_closed'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetlink',
            name='read_due_at',
            field=models.DateTimeField(blank=True, help_text='When it is read again even if nobody changed it', null=True),
        ),
    ]
