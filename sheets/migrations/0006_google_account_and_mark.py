"""Who reaches a spreadsheet, whose it is, and when it is looked at; every column is empty for older code."""

import botbackend.lib.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0005_layout_of_tab'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetlink',
            name='account',
            field=models.CharField(blank=True, db_default='', help_text='Address that the spreadsheet is shared with', max_length=200),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='busy_until',
            field=models.DateTimeField(blank=True, help_text='Somebody works in it: looked at often until then', null=True),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='read_due_at',
            field=models.DateTimeField(blank=True, help_text='When it is read again even if nobody changed it', null=True),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='drive_version',
            field=models.CharField(blank=True, db_default='', help_text="The file's version that a cycle was asked for", max_length=24),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='hint_secret',
            field=botbackend.lib.fields.EncryptedTextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='look_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When it is looked at next, unasked'),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='mark',
            field=models.CharField(blank=True, db_default='', max_length=32),
        ),
        migrations.AddField(
            model_name='sheetlink',
            name='marked_id',
            field=models.CharField(blank=True, db_default='', help_text='The spreadsheet that carries the mark', max_length=200),
        ),
    ]
