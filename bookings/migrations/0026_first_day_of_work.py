"""The day from which a specialist works; empty for those who always did, as far as the salon's figures go."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0025_clients_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="specialist",
            name="works_since",
            field=models.DateField(blank=True, help_text="The first day of work; before it every day is one off. Empty: always", null=True),
        ),
    ]
