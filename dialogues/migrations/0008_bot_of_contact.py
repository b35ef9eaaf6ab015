"""Which bot a contact belongs to: whose bot that is may change later, so no more than this is remembered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0007_one_form_of_bot_ids")]

    operations = [
        migrations.AddField(
            model_name="dialogue",
            name="contact_bot_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The bot that the contact belongs to, as SendPulse said",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="dialogue",
            name="verified_at",
            field=models.DateTimeField(
                blank=True, help_text="When SendPulse said whose the contact is", null=True
            ),
        ),
    ]
