"""The column by which names are one; it is filled by the next migration and made unique by the one after."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_booking_rules"), ("projects", "0003_country")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=440),
            preserve_default=False,
        )
        for model in ("specialist", "service", "resource")
    ]
