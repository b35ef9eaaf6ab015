"""Events of the channel, talks, messages and tasks of staff."""

import botbackend.lib.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('dialogues', '0001_initial'),
        ('dialogues', '0002_fewer_indexes'),
    ]

    initial = True

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='SendPulseAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(help_text='Keyed hash of the credentials', max_length=40, unique=True)),
                ('token', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('token_expires_at', models.DateTimeField(blank=True, null=True)),
                ('refreshing_until', models.DateTimeField(blank=True, null=True)),
                ('next_send_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, help_text='When the credentials were refused', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Dialogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('bot', 'Bot'), ('human', 'Human')], default='bot', max_length=8)),
                ('human_until', models.DateTimeField(blank=True, help_text='The bot is quiet until then', null=True)),
                ('handoff_reason', models.CharField(blank=True, max_length=200)),
                ('channel_closed', models.BooleanField(default=False, help_text='The client blocked the bot or unsubscribed')),
                ('channel_changed_at', models.DateTimeField(blank=True, help_text='When the channel says it was closed or opened again', null=True)),
                ('telegram_id', models.CharField(blank=True, max_length=32)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('awaits_answer_until', models.DateTimeField(blank=True, help_text='A proposal is open until then, so a short answer is expected', null=True)),
                ('sync_until', models.DateTimeField(blank=True, help_text="A flow's request may be waiting for the reply until then", null=True)),
                ('held_until', models.DateTimeField(blank=True, help_text='Too many messages: stored, but not answered before', null=True)),
                ('window_started_at', models.DateTimeField(blank=True, null=True)),
                ('window_count', models.PositiveIntegerField(default=0, help_text='Messages in the running hour')),
                ('told_held_at', models.DateTimeField(blank=True, help_text='When the client was told that answers take longer', null=True)),
                ('paused_until', models.DateTimeField(blank=True, help_text="SendPulse's own flows are paused for this client until then", null=True)),
                ('first_unanswered_at', models.DateTimeField(blank=True, null=True)),
                ('last_message_at', models.DateTimeField(blank=True, null=True)),
                ('discards', models.PositiveSmallIntegerField(default=0, help_text='Drafts dropped in a row for newer messages')),
                ('is_archived', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='dialogue', to='bookings.client')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dialogues', to='projects.project')),
            ],
            options={
                'ordering': ['-last_message_at'],
            },
        ),
        migrations.CreateModel(
            name='InboundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dedupe_key', models.CharField(max_length=128)),
                ('bot_id', models.CharField(blank=True, max_length=64)),
                ('contact_id', models.CharField(blank=True, max_length=64)),
                ('title', models.CharField(blank=True, max_length=64)),
                ('payload', botbackend.lib.fields.EncryptedJSONField()),
                ('position', models.PositiveIntegerField(default=0, help_text='Place in the POST it came with')),
                ('state', models.CharField(choices=[('new', 'New'), ('done', 'Done'), ('ignored', 'Ignored'), ('failed', 'Failed')], default='new', max_length=8)),
                ('note', models.CharField(blank=True, help_text='Why it was ignored or failed', max_length=500)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out')], max_length=3)),
                ('author', models.CharField(choices=[('client', 'Client'), ('bot', 'Bot'), ('staff', 'Staff')], max_length=6)),
                ('kind', models.CharField(default='text', max_length=16)),
                ('text', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('text_hash', models.CharField(blank=True, editable=False, max_length=40)),
                ('media', botbackend.lib.fields.EncryptedJSONField(blank=True, null=True)),
                ('external_id', models.CharField(blank=True, help_text="The channel's id of this message", max_length=128)),
                ('channel_message_id', models.CharField(blank=True, help_text="Telegram's number in the chat", max_length=32)),
                ('event_id', models.BigIntegerField(blank=True, help_text='The event it came with', null=True)),
                ('via_flow', models.BooleanField(default=False, help_text="It came or went through a flow's API request")),
                ('state', models.CharField(choices=[('received', 'Received'), ('skipped', 'Skipped'), ('queued', 'Queued'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed'), ('uncertain', 'Uncertain')], max_length=10)),
                ('note', models.CharField(blank=True, help_text='Why it was skipped, failed or is uncertain', max_length=500)),
                ('turn_id', models.BigIntegerField(blank=True, db_index=True, help_text='The turn that answered or wrote it', null=True)),
                ('seq', models.PositiveSmallIntegerField(default=0, help_text='Place among the texts of one turn')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sending_at', models.DateTimeField(blank=True, help_text='When it was last handed to the channel', null=True)),
                ('looks', models.PositiveSmallIntegerField(default=0, help_text='How often its fate was looked up')),
                ('resends', models.PositiveSmallIntegerField(default=0)),
                ('is_settled', models.BooleanField(default=False, help_text='Uncertain for good; a person was told')),
                ('channel_date', models.DateTimeField(help_text='When the channel says it was written; ours for outgoing')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('is_archived', models.BooleanField(default=False, help_text='Covered by a summary')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, help_text='When it reached us; relative words such as tomorrow count from here')),
                ('dialogue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='dialogues.dialogue')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'ordering': ['channel_date', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ProjectWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='StaffTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32)),
                ('reason', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=4)),
                ('told_at', models.DateTimeField(blank=True, help_text='When the salon was told', null=True)),
                ('told_by', models.CharField(blank=True, help_text='message or mail', max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('dialogue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='staff_tasks', to='dialogues.dialogue')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_tasks', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='SyncRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_id', models.CharField(max_length=64)),
                ('fingerprint', models.CharField(help_text='Tells a repeat of the same request', max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('answered', 'Answered'), ('superseded', 'Superseded'), ('released', 'Released'), ('expired', 'Expired')], default='waiting', max_length=10)),
                ('answer', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['project', 'last_message_at'], name='dialogue_project_last'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(condition=models.Q(('telegram_id', ''), _negated=True), fields=['project', 'telegram_id'], name='dialogue_telegram'),
        ),
        migrations.AddIndex(
            model_name='inboundevent',
            index=models.Index(fields=['received_at'], name='inbound_event_received'),
        ),
        migrations.AddIndex(
            model_name='inboundevent',
            index=models.Index(condition=models.Q(('state', 'new')), fields=['project', 'contact_id'], name='inbound_event_to_do'),
        ),
        migrations.AddConstraint(
            model_name='inboundevent',
            constraint=models.UniqueConstraint(fields=('project', 'dedupe_key'), name='inbound_event_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['dialogue', '-id'], name='message_newest'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('direction', 'in'), ('state', 'received'), ('turn_id__isnull', True)), fields=['dialogue'], name='message_unanswered'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('is_settled', False), ('state__in', ['queued', 'sending', 'uncertain'])), fields=['dialogue'], name='message_unsent'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('direction', 'out'), ('turn_id__isnull', False)), fields=('dialogue', 'turn_id', 'seq'), name='message_one_per_turn_place'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('dialogue', 'external_id'), name='message_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('event_id__isnull', False)), fields=('event_id',), name='message_once_per_event'),
        ),
        migrations.AddIndex(
            model_name='stafftask',
            index=models.Index(fields=['project', 'state'], name='staff_task_project_state'),
        ),
        migrations.AddIndex(
            model_name='syncrequest',
            index=models.Index(fields=['project', 'contact_id', '-id'], name='sync_request_of_client'),
        ),
        migrations.AddIndex(
            model_name='syncrequest',
            index=models.Index(fields=['created_at'], name='sync_request_created'),
        ),
    ]
