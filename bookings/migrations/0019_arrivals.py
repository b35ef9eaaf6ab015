from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("bookings", "0018_specialists_who_sign_in")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="arrived_at",
            field=models.DateTimeField(blank=True, help_text="When the client came in", null=True),
        ),
    ]
