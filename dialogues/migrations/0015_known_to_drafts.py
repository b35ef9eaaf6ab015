"""Up to which message of the client a drafted reply answers; of older drafts nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dialogues', '0014_messages_by_date'),
    ]

    operations = [
        migrations.AddField(
            model_name='stafftask',
            name='knows_up_to',
            field=models.BigIntegerField(blank=True, help_text="The client's newest message that the draft answers", null=True),
        ),
    ]
