"""Turns, proposals, summaries, prompts, and the state of keys."""

import botbackend.lib.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('ai', '0001_initial'),
        ('ai', '0002_admin_plurals'),
        ('ai', '0003_fewer_indexes'),
    ]

    initial = True

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('dialogues', '0001_squashed_talks'),
        ('projects', '0001_squashed_salons_people_and_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Breaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('open_until', models.DateTimeField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='CompressionBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch_id', models.CharField(max_length=64, unique=True)),
                ('key_fingerprint', models.CharField(max_length=16)),
                ('ranges', models.JSONField(help_text='custom id -> [dialogue, first message, last message, prompt version]')),
                ('is_done', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name_plural': 'compression batches',
            },
        ),
        migrations.CreateModel(
            name='KeyState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=16, unique=True)),
                ('label', models.CharField(max_length=32)),
                ('organization', models.CharField(blank=True, help_text='As the response headers tell; limits belong to it, not to keys', max_length=64)),
                ('cools_until', models.DateTimeField(blank=True, help_text='Rate limited until then', null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('probe_at', models.DateTimeField(blank=True, help_text='A key retired for money is tried again then; a refused one never', null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='GuidedState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', botbackend.lib.fields.EncryptedJSONField()),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('dialogue', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='guided_state', to='dialogues.dialogue')),
            ],
        ),
        migrations.CreateModel(
            name='Knowledge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='knowledge', to='projects.project')),
            ],
            options={
                'verbose_name_plural': 'knowledge',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('model', 'Model'), ('guided', 'Guided')], default='model', max_length=8)),
                ('outcome', models.CharField(choices=[('running', 'Running'), ('replied', 'Replied'), ('discarded', 'Discarded'), ('handed_off', 'Handed Off'), ('skipped', 'Skipped'), ('failed', 'Failed')], default='running', max_length=12)),
                ('trace', botbackend.lib.fields.EncryptedJSONField(help_text='Understanding, calls, tool calls, guard verdicts, operations', null=True)),
                ('calls', models.PositiveSmallIntegerField(default=0)),
                ('input_tokens', models.PositiveIntegerField(default=0)),
                ('output_tokens', models.PositiveIntegerField(default=0)),
                ('cache_read_tokens', models.PositiveIntegerField(default=0)),
                ('cache_write_tokens', models.PositiveIntegerField(default=0)),
                ('cost_usd', models.DecimalField(decimal_places=8, default=0, max_digits=14)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('note', models.CharField(blank=True, help_text='Why it was guided, discarded or skipped', max_length=200)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('dialogue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='dialogues.dialogue')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='projects.project')),
            ],
            options={
                'ordering': ['-started_at'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('book', 'Book'), ('change', 'Change'), ('cancel', 'Cancel')], max_length=8)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('expired', 'Expired'), ('dead', 'Dead')], default='open', max_length=8)),
                ('details', botbackend.lib.fields.EncryptedJSONField(help_text='Exactly what was shown: ids, starts, guest')),
                ('message_id', models.BigIntegerField(blank=True, help_text='The outgoing message that showed it', null=True)),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='dialogues.dialogue')),
                ('holds', models.ManyToManyField(blank=True, related_name='+', to='bookings.booking')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('turn', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='ai.turn')),
            ],
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=8)),
                ('text', models.TextField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='PromptVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('intent_detection', 'Intent'), ('service_identification', 'Service'), ('main_response', 'Response'), ('dialogue_compression', 'Compression')], max_length=32)),
                ('version', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prompt_versions', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'name', '-version'],
                'constraints': [models.UniqueConstraint(fields=('project', 'name', 'version'), name='prompt_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('project', 'name'), name='prompt_one_published')],
            },
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_message_id', models.BigIntegerField()),
                ('last_message_id', models.BigIntegerField()),
                ('content', botbackend.lib.fields.EncryptedJSONField()),
                ('prompt_version', models.CharField(blank=True, max_length=64)),
                ('tokens', models.PositiveIntegerField(default=0)),
                ('cost_usd', models.DecimalField(decimal_places=8, default=0, max_digits=14)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='summaries', to='dialogues.dialogue')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'verbose_name_plural': 'summaries',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(fields=('dialogue', 'first_message_id', 'last_message_id'), name='summary_once')],
            },
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(fields=['project', 'started_at'], name='turn_project_started'),
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(fields=['dialogue', 'started_at'], name='turn_dialogue_started'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('dialogue',), name='proposal_one_open'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('project', 'key', 'language'), name='wording_once'),
        ),
    ]
