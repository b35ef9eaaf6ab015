"""What the assistant may use and do leaves the salon's row for one of its own.

The columns stay where they are until projects.0004: old code that still runs beside reads and writes them as
ever. What it changes after this copy the new code does not see.
"""

import django.db.models.deletion
from django.db import migrations, models

COLUMNS = "model_fast, model_main, monthly_budget_usd, confirm_before_booking"
THERE = f"INSERT INTO ai_assistantsettings (project_id, {COLUMNS}) SELECT id, {COLUMNS} FROM projects_project"
BACK = (
    f"UPDATE projects_project p SET ({COLUMNS}) = (SELECT {COLUMNS} FROM ai_assistantsettings"
    " WHERE project_id = p.id) WHERE id IN (SELECT project_id FROM ai_assistantsettings)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0001_squashed_turns_and_prompts'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssistantSettings',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='assistant_settings', serialize=False, to='projects.project')),
                ('model_fast', models.CharField(blank=True, max_length=100)),
                ('model_main', models.CharField(blank=True, max_length=100)),
                ('monthly_budget_usd', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('confirm_before_booking', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name_plural': 'assistant settings',
            },
        ),
        migrations.RunSQL(THERE, BACK),
    ]
