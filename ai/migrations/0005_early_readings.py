"""What is read ahead of a turn is kept for minutes; a new table, which older code does not know."""

import botbackend.lib.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0004_model_prices'),
        ('dialogues', '0011_sources_of_starts'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlyReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Of the model and the exact request', max_length=64)),
                ('content', botbackend.lib.fields.EncryptedJSONField(help_text='The form as the model wrote it, the messages, the calls')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='early_readings', to='dialogues.dialogue')),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='early_reading_created')],
            },
        ),
    ]
