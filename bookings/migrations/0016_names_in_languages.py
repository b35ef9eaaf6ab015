"""Services and people may be called otherwise in a client's language; old code beside it knows of none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0015_prices_that_begin_somewhere'),
    ]

    operations = [
        migrations.AddField(
            model_name='service',
            name='names',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text='What clients read instead of the name, by language; the sheet and staff keep the name itself'),
        ),
        migrations.AddField(
            model_name='specialist',
            name='names',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text='What clients read instead of the name, by language; the sheet and staff keep the name itself'),
        ),
    ]
