"""Salons, who works in them, and the keys of programs."""

import botbackend.lib.fields
import django.core.validators
import django.db.models.deletion
import projects.zones
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('projects', '0001_initial'),
        ('projects', '0002_sane_clock_settings'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='The project_id of the API', max_length=64, unique=True, verbose_name='project id')),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('timezone', models.CharField(default='Europe/Kyiv', max_length=64, validators=[projects.zones.check_zone])),
                ('language', models.CharField(default='uk', max_length=8)),
                ('currency', models.CharField(default='UAH', max_length=3)),
                ('slot_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)])),
                ('work_start_minute', models.PositiveSmallIntegerField(default=540)),
                ('work_end_minute', models.PositiveSmallIntegerField(default=1080)),
                ('min_notice_minutes', models.PositiveIntegerField(default=0)),
                ('horizon_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(730)])),
                ('cancel_deadline_hours', models.PositiveSmallIntegerField(default=0)),
                ('max_active_visits', models.PositiveSmallIntegerField(default=10, help_text='Visits that one client may have ahead through the bot; 0 = no limit')),
                ('allow_nesting', models.BooleanField(default=False, help_text='May another visit be put into a processing gap of a service?')),
                ('confirm_before_booking', models.BooleanField(default=True)),
                ('debounce_seconds', models.FloatField(default=4.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(60)])),
                ('max_wait_seconds', models.FloatField(default=15.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(300)])),
                ('handoff_minutes', models.PositiveIntegerField(default=120, help_text='How long the bot stays quiet after a person wrote')),
                ('client_messages_per_hour', models.PositiveIntegerField(default=120)),
                ('project_messages_per_hour', models.PositiveIntegerField(default=5000)),
                ('staff_contact_id', models.CharField(blank=True, help_text='SendPulse contact that is told about tasks', max_length=64)),
                ('staff_email', models.EmailField(blank=True, max_length=254)),
                ('sendpulse_bot_id', models.CharField(blank=True, max_length=64)),
                ('sendpulse_client_id', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('sendpulse_client_secret', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('webhook_secret', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('google_sheet_id', models.CharField(blank=True, max_length=200)),
                ('model_fast', models.CharField(blank=True, max_length=100)),
                ('model_main', models.CharField(blank=True, max_length=100)),
                ('monthly_budget_usd', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('sendpulse_bot_id', ''), _negated=True), fields=('sendpulse_bot_id',), name='project_one_per_bot'), models.CheckConstraint(condition=models.Q(('work_end_minute__gt', models.F('work_start_minute')), ('work_end_minute__lte', 1440)), name='project_work_hours_in_order'), models.CheckConstraint(condition=models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='project_grid_sane'), models.CheckConstraint(condition=models.Q(('horizon_days__lte', 730), ('min_notice_minutes__lte', 129600)), name='project_notice_and_horizon_sane'), models.CheckConstraint(condition=models.Q(('timezone__regex', '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$')), name='project_zone_looks_like_one')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(blank=True, max_length=100)),
                ('prefix', models.CharField(max_length=12)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('scope', models.CharField(choices=[('read', 'Read'), ('write', 'Write')], default='write', max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('staff', 'Staff')], default='staff', max_length=8)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'user'), name='membership_once')],
            },
        ),
    ]
