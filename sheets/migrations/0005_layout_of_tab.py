"""Which column of a tab holds what; {} = the standard columns, as every tab had them until now."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0004_rows_of_each_spreadsheet_kept'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheettab',
            name='layout',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text='{} = the standard columns'),
        ),
    ]
