"""Which contacts are known to be of the salon's bot. Old code beside it goes on: the column may be empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0005_failed_events_indexed")]

    operations = [
        migrations.AddField(
            model_name="dialogue",
            name="verified_at",
            field=models.DateTimeField(
                blank=True, help_text="When SendPulse said that the contact is of the salon's bot", null=True
            ),
        )
    ]
