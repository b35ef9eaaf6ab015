"""What clients made of their messages later. Old code beside it goes on: both columns have a default."""

import botbackend.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0003_webhook_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='edited_at',
            field=models.DateTimeField(blank=True, help_text='When the client last edited it', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='edited_text',
            field=botbackend.lib.fields.EncryptedTextField(blank=True, db_default='', default='', help_text='What the client made of it after it was answered'),
        ),
    ]
