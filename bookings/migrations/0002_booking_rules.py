"""The rules of visits leave the salon's row for one of their own.

The columns stay where they are until projects.0004: old code that still runs beside reads and writes them as
ever. What it changes after this copy the new code does not see.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

COLUMNS = (
    "slot_minutes, work_start_minute, work_end_minute, min_notice_minutes, horizon_days,"
    " cancel_deadline_hours, max_active_visits, allow_nesting"
)
THERE = f"INSERT INTO bookings_bookingrules (project_id, {COLUMNS}) SELECT id, {COLUMNS} FROM projects_project"
BACK = (
    f"UPDATE projects_project p SET ({COLUMNS}) = (SELECT {COLUMNS} FROM bookings_bookingrules"
    " WHERE project_id = p.id) WHERE id IN (SELECT project_id FROM bookings_bookingrules)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='BookingRules',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='booking_rules', serialize=False, to='projects.project')),
                ('slot_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)])),
                ('work_start_minute', models.PositiveSmallIntegerField(default=540)),
                ('work_end_minute', models.PositiveSmallIntegerField(default=1080)),
                ('min_notice_minutes', models.PositiveIntegerField(default=0)),
                ('horizon_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(730)])),
                ('cancel_deadline_hours', models.PositiveSmallIntegerField(default=0)),
                ('max_active_visits', models.PositiveSmallIntegerField(default=10, help_text='Visits that one client may have ahead through the bot; 0 = no limit')),
                ('allow_nesting', models.BooleanField(default=False, help_text='May another visit be put into a processing gap of a service?')),
            ],
            options={
                'verbose_name_plural': 'booking rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('work_end_minute__gt', models.F('work_start_minute')), ('work_end_minute__lte', 1440)), name='booking_rules_hours_in_order'), models.CheckConstraint(condition=models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='booking_rules_grid_sane'), models.CheckConstraint(condition=models.Q(('horizon_days__lte', 730), ('min_notice_minutes__lte', 129600)), name='booking_rules_notice_and_horizon_sane')],
            },
        ),
        migrations.RunSQL(THERE, BACK),
    ]
