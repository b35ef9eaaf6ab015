"""Columns by which a client is found by a part of the name or phone; old code beside it writes rows without."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("bookings", "0019_arrivals")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="search_keys",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="searched_index",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=80),
        ),
    ]
