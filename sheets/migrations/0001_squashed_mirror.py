"""The mirror of each salon and what was last seen in it."""

import botbackend.lib.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('sheets', '0001_initial'),
    ]

    initial = True

    dependencies = [
        ('bookings', '0001_squashed_catalogue_hours_and_visits'),
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spreadsheet_id', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('new', 'New'), ('ok', 'Ok'), ('frozen', 'Frozen'), ('error', 'Error')], default='new', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('last_read_at', models.DateTimeField(blank=True, null=True)),
                ('last_ok_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_link', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='SheetConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('rejected', botbackend.lib.fields.EncryptedJSONField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('booking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bookings.booking')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='sheets.sheetlink')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='SheetRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_uid', models.CharField(max_length=24, unique=True)),
                ('sheet_id', models.BigIntegerField()),
                ('cells', botbackend.lib.fields.EncryptedJSONField(help_text='A-F as last synced; [] = never seen in the sheet')),
                ('intended', botbackend.lib.fields.EncryptedJSONField(default=list, help_text='A-F of a write whose answer may have been lost')),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('missing_since', models.DateTimeField(blank=True, null=True)),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_row', to='bookings.booking')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='sheets.sheetlink')),
            ],
        ),
        migrations.CreateModel(
            name='SheetTab',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tabs', to='sheets.sheetlink')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bookings.specialist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('link', 'specialist'), name='sheet_tab_per_specialist'), models.UniqueConstraint(fields=('link', 'sheet_id'), name='sheet_tab_once')],
            },
        ),
    ]
