"""A date override without ranges is a closed day. Old code beside it goes on: no column changes.
"""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0006_source_of_client'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dateoverride',
            name='ranges',
            field=models.JSONField(blank=True, default=list, help_text='Minutes as [[540, 780], [840, 1080]]; [] = closed'),
        ),
    ]
