"""What the assistant may do by itself, the emergency stop, the owner's ceiling, drafts and rehearsals of prompts.

Old code beside it goes on: it answers everything by itself, as the defaults say.
"""

import botbackend.lib.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0005_early_readings'),
        ('projects', '0007_role_of_specialists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='assistantsettings',
            name='may_answer',
            field=models.CharField(choices=[('alone', 'answer by itself'), ('draft', 'draft for a person to send'), ('people', 'leave to people')], db_default='alone', default='alone', help_text='Questions and small talk', max_length=8),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='may_book',
            field=models.CharField(choices=[('alone', 'answer by itself'), ('draft', 'draft for a person to send'), ('people', 'leave to people')], db_default='alone', default='alone', help_text='New visits', max_length=8),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='may_care',
            field=models.CharField(choices=[('alone', 'answer by itself'), ('draft', 'draft for a person to send'), ('people', 'leave to people')], db_default='alone', default='alone', help_text='Complaints and health', max_length=8),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='may_change',
            field=models.CharField(choices=[('alone', 'answer by itself'), ('draft', 'draft for a person to send'), ('people', 'leave to people')], db_default='alone', default='alone', help_text='Moving and cancelling visits', max_length=8),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='own_budget_usd',
            field=models.DecimalField(blank=True, decimal_places=2, help_text="The owner's own ceiling of a month; of both ceilings the lower one holds", max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='stopped_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Since then the bot says nothing by itself', null=True),
        ),
        migrations.AddField(
            model_name='assistantsettings',
            name='stopped_by',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=150),
        ),
        migrations.AddField(
            model_name='turn',
            name='tally',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, help_text='What it cost by call and model, and which facts it drew on; no words of anybody'),
        ),
        migrations.CreateModel(
            name='PromptDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('intent_detection', 'Intent'), ('service_identification', 'Service'), ('main_response', 'Response'), ('dialogue_compression', 'Compression')], max_length=32)),
                ('text', models.TextField()),
                ('base_version', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prompt_drafts', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'name', '-updated_at'],
                'constraints': [models.UniqueConstraint(fields=('project', 'name', 'author'), name='prompt_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('intent_detection', 'Intent'), ('service_identification', 'Service'), ('main_response', 'Response'), ('dialogue_compression', 'Compression')], max_length=32)),
                ('kind', models.CharField(choices=[('chat', 'Chat'), ('questions', 'Questions')], max_length=10)),
                ('prompt', botbackend.lib.fields.EncryptedJSONField(blank=True, help_text='The text that is tried', null=True)),
                ('content', botbackend.lib.fields.EncryptedJSONField(blank=True, help_text='What was asked and answered', null=True)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='running', max_length=8)),
                ('note', models.CharField(blank=True, help_text='Why it failed', max_length=200)),
                ('cost_usd', models.DecimalField(decimal_places=8, default=0, max_digits=14)),
                ('tally', models.JSONField(default=dict, help_text='What it cost by call and model')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rehearsals', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['project', 'created_at'], name='rehearsal_project_created')],
            },
        ),
    ]
