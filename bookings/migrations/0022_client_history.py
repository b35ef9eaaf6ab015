"""What is done to clients at the desk leaves a trace, and two rows of one person can be made one."""

import django.db.models.deletion
from django.db import migrations, models

import botbackend.lib.fields


class Migration(migrations.Migration):

    dependencies = [("bookings", "0021_search_keys_filled"), ("projects", "0007_role_of_specialists")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Who this client turned out to be: an empty row that leads there for a day",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="former",
                to="bookings.client",
            ),
        ),
        migrations.CreateModel(
            name="ClientEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(choices=[("created", "Created"), ("changed", "Changed"), ("blocked", "Blocked"), ("unblocked", "Unblocked"), ("merged", "Merged"), ("parted", "Parted")], max_length=32)),
                ("source", models.CharField(choices=[("bot", "Bot"), ("admin", "Admin"), ("sheet", "Sheet"), ("api", "Api")], max_length=8)),
                ("actor", models.CharField(blank=True, max_length=200)),
                ("before", botbackend.lib.fields.EncryptedJSONField(null=True)),
                ("after", botbackend.lib.fields.EncryptedJSONField(null=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="events", to="bookings.client")),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.project")),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.CreateModel(
            name="ClientMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record", botbackend.lib.fields.EncryptedJSONField(help_text="Both as they were, what was made of the one kept, what was moved")),
                ("actor", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("gone", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="merge", to="bookings.client")),
                ("kept", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="bookings.client")),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.project")),
            ],
        ),
    ]
