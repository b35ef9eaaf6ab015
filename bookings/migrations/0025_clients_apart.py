"""Clients of one phone or one name who are two people, so that nobody is asked to merge them again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0024_staff_notes"),
        ("projects", "0007_role_of_specialists"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientsApart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("one", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="bookings.client")),
                ("other", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="bookings.client")),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.project")),
            ],
            options={
                "verbose_name_plural": "clients apart",
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="clients_apart_once"),
                    models.CheckConstraint(condition=models.Q(("one__lt", models.F("other"))), name="clients_apart_in_order"),
                ],
            },
        ),
    ]
