"""What a client asks staff to heed. Code of before writes rows without it: the database fills it in."""

from django.db import migrations

import botbackend.lib.fields


class Migration(migrations.Migration):
    dependencies = [("bookings", "0013_one_bound_at_every_door")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="note",
            field=botbackend.lib.fields.EncryptedTextField(
                blank=True,
                db_default="",
                default="",
                help_text="What the client asks staff to heed, a remark a line",
            ),
        )
    ]
