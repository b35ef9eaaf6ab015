"""Which title we gave to a tab ("" = not known to be ours), and whether it is closed because its specialist left."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0010_quiet_rows_and_archive'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheettab',
            name='given_title',
            field=models.CharField(blank=True, db_default='', help_text="The title that we gave; any other is the salon's", max_length=200),
        ),
        migrations.AddField(
            model_name='sheettab',
            name='access',
            field=models.CharField(choices=[('open', 'Open'), ('closing', 'Closing'), ('closed', 'Closed')], db_default='open', default='open', max_length=8),
        ),
    ]
