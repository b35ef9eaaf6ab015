"""Whose local phone numbers are read; empty follows the time zone, so rows of before need no value."""

from django.db import migrations, models

import projects.models


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_defaults_of_moved_settings")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="country",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Whose local phone numbers are read, such as UA; empty = that of the time zone",
                max_length=2,
                validators=[projects.models.check_country],
            ),
        ),
    ]
