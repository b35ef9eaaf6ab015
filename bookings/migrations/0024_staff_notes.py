"""Notes that colleagues leave on a visit for each other, with who wrote them and when."""

import botbackend.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0023_audit_by_moment"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="staff_note",
            field=botbackend.lib.fields.EncryptedTextField(blank=True, db_default="", default="", help_text="For colleagues alone: no client, model, sheet or feed is told of it"),
        ),
        migrations.AddField(
            model_name="booking",
            name="staff_note_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="booking",
            name="staff_note_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
