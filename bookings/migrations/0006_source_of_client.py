"""Where clients come from. Old code beside it goes on: the column has a default."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_one_name_per_salon")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="source",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Where the client came from: what the first link to the bot said after /start",
                max_length=64,
            ),
        )
    ]
