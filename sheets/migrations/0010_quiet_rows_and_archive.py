"""Rows that agree are told by two hashes, without decrypting them; old ones move to a worksheet of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0009_answers_to_vanished_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetrow',
            name='seen_hash',
            field=models.CharField(blank=True, db_default='', default='', help_text='Keyed hash of its texts when sheet and visit agreed; empty = look at it', max_length=32),
        ),
        migrations.AddField(
            model_name='sheetrow',
            name='made_of',
            field=models.CharField(blank=True, db_default='', default='', help_text='Hash of what its cells were made of', max_length=48),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='archive_id',
            field=models.BigIntegerField(blank=True, help_text='The worksheet that old rows are moved to; empty = none yet', null=True),
        ),
    ]
