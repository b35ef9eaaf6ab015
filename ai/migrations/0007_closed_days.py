"""What talks came to on days that are over, kept by talk and day; `ai.closed_days` of the clock fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0006_what_the_assistant_may_do'),
        ('dialogues', '0014_messages_by_date'),
        ('projects', '0007_role_of_specialists'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedDays',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='projects.project')),
                ('zone', models.CharField(max_length=64)),
                ('until', models.DateField()),
            ],
            options={
                'verbose_name_plural': 'closed days',
            },
        ),
        migrations.CreateModel(
            name='TalkDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('received', models.PositiveIntegerField()),
                ('sent', models.PositiveIntegerField(help_text='Messages that reached the channel')),
                ('by_staff', models.PositiveIntegerField(help_text='Messages that people of the salon wrote')),
                ('handed_off', models.PositiveIntegerField(help_text='Turns that ended with a person')),
                ('cost_usd', models.DecimalField(decimal_places=8, max_digits=14)),
                ('dialogue', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='dialogues.dialogue')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'day'], name='talk_day_project_day')],
                'constraints': [models.UniqueConstraint(fields=('dialogue', 'day'), name='talk_day_once')],
            },
        ),
    ]
