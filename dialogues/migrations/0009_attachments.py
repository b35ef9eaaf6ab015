"""What clients sent besides words. Old code beside it goes on: it neither writes the table nor misses the column."""
import botbackend.lib.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0008_bot_of_contact'),
        ('projects', '0006_known_languages_and_currencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='dialogue',
            name='awaits_media_until',
            field=models.DateTimeField(blank=True, help_text='A photo or recording is on its way: no turn before', null=True),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('picture', 'Picture'), ('recording', 'Recording')], max_length=9)),
                ('state', models.CharField(choices=[('waiting', 'to be fetched'), ('hearing', 'to be heard'), ('done', 'Done'), ('failed', 'Failed'), ('expired', 'Expired')], default='waiting', max_length=7)),
                ('mime_type', models.CharField(blank=True, help_text='What the bytes themselves say', max_length=32)),
                ('size', models.PositiveIntegerField(default=0, help_text='Bytes')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('content', botbackend.lib.fields.EncryptedBytesField(blank=True, default=b'')),
                ('heard', botbackend.lib.fields.EncryptedTextField(blank=True, default='', help_text='What the transcriber heard in it')),
                ('note', models.CharField(blank=True, help_text='Why it was not fetched or not heard', max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attachment', to='dialogues.message')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at'],
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('state', 'expired'), _negated=True), fields=['created_at'], name='attachment_kept_since')],
            },
        ),
    ]
