"""When a client or a service was changed last: a calendar believes a new name with a higher sequence only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0010_looks_of_names")]

    operations = [
        migrations.AddField(
            model_name=model, name="changed_at", field=models.DateTimeField(auto_now=True, null=True)
        )
        for model in ("client", "service")
    ]
