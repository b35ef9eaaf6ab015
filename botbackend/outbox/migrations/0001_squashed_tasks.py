"""Durable tasks and the signs of life of those who run them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('outbox', '0001_initial'),
        ('outbox', '0002_lease_token'),
        ('outbox', '0003_fewer_indexes'),
    ]

    initial = True

    dependencies = [
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('dispatcher', 'Dispatcher'), ('worker', 'Worker')], max_length=16)),
                ('queue', models.CharField(blank=True, max_length=32)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('running', models.PositiveIntegerField(default=0, help_text='Tasks in flight')),
                ('redis_ok', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=64)),
                ('handler', models.CharField(max_length=128)),
                ('queue', models.CharField(default='default', max_length=32)),
                ('key', models.CharField(help_text='At most one waiting and one running task per handler', max_length=128)),
                ('payload', models.JSONField(default=dict, help_text='Ids only; handlers read the state anew')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('dead', 'Dead')], default='waiting', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('dispatched_until', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.BigIntegerField(default=0)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('last_error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, help_text='When it was given up', null=True)),
                ('project', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['queue', 'due_at'], name='task_due'), models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='task_leased'), models.Index(fields=['project', 'state'], name='task_project_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='task_has_a_key'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('handler', 'key'), name='task_one_waiting_per_key'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('handler', 'key'), name='task_one_running_per_key')],
            },
        ),
        # What the models cannot say: one ever-growing lease token, and a vacuum that keeps up with a queue.
        migrations.RunSQL("CREATE SEQUENCE outbox_lease_token", "DROP SEQUENCE outbox_lease_token"),
        migrations.RunSQL(
            "ALTER TABLE outbox_task SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,"
            " autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)",
            "ALTER TABLE outbox_task RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,"
            " autovacuum_analyze_scale_factor, autovacuum_analyze_threshold)",
        ),
    ]
