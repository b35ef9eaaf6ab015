"""Replies that wait on a task until a person sends them."""

import botbackend.lib.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0012_people_in_talks'),
    ]

    operations = [
        migrations.AddField(
            model_name='stafftask',
            name='draft',
            field=botbackend.lib.fields.EncryptedTextField(blank=True, db_default='', default='', help_text='What the bot would say; a person sends it or not'),
        ),
    ]
