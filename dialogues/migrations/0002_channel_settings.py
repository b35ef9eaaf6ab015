"""The channel's settings leave the salon's row for one of their own; the secrets are copied as cipher text.

The columns stay where they are until projects.0004: old code that still runs beside reads and writes them as
ever. What it changes after this copy the new code does not see.
"""

import botbackend.lib.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

COLUMNS = (
    "sendpulse_bot_id, sendpulse_client_id, sendpulse_client_secret, webhook_secret, debounce_seconds,"
    " max_wait_seconds, handoff_minutes, client_messages_per_hour, project_messages_per_hour,"
    " staff_contact_id, staff_email"
)
THERE = f"INSERT INTO dialogues_channelsettings (project_id, {COLUMNS}) SELECT id, {COLUMNS} FROM projects_project"
BACK = (
    f"UPDATE projects_project p SET ({COLUMNS}) = (SELECT {COLUMNS} FROM dialogues_channelsettings"
    " WHERE project_id = p.id) WHERE id IN (SELECT project_id FROM dialogues_channelsettings)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0001_squashed_talks'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChannelSettings',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='channel_settings', serialize=False, to='projects.project')),
                ('sendpulse_bot_id', models.CharField(blank=True, max_length=64)),
                ('sendpulse_client_id', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('sendpulse_client_secret', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('webhook_secret', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('debounce_seconds', models.FloatField(default=4.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(60)])),
                ('max_wait_seconds', models.FloatField(default=15.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(300)])),
                ('handoff_minutes', models.PositiveIntegerField(default=120, help_text='How long the bot stays quiet after a person wrote')),
                ('client_messages_per_hour', models.PositiveIntegerField(default=120)),
                ('project_messages_per_hour', models.PositiveIntegerField(default=5000)),
                ('staff_contact_id', models.CharField(blank=True, help_text='SendPulse contact that is told about tasks', max_length=64)),
                ('staff_email', models.EmailField(blank=True, max_length=254)),
            ],
            options={
                'verbose_name_plural': 'channel settings',
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('sendpulse_bot_id', ''), _negated=True), fields=('sendpulse_bot_id',), name='channel_one_per_bot')],
            },
        ),
        migrations.RunSQL(THERE, BACK),
    ]
