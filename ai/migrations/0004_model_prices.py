"""Prices of models are rows; those that are known are made after the migration, where there are none."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0003_budget_not_below_zero'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As it is named in a request', max_length=100)),
                ('valid_from', models.DateTimeField(help_text='Counts for calls from then on, until the next row')),
                ('input', models.DecimalField(decimal_places=4, help_text='Tokens outside the cache', max_digits=10, validators=[django.core.validators.MinValueValidator(0)])),
                ('write_5m', models.DecimalField(decimal_places=4, help_text='Tokens written into the cache for five minutes', max_digits=10, validators=[django.core.validators.MinValueValidator(0)])),
                ('write_1h', models.DecimalField(decimal_places=4, help_text='Tokens written into the cache for an hour', max_digits=10, validators=[django.core.validators.MinValueValidator(0)])),
                ('read', models.DecimalField(decimal_places=4, help_text='Tokens read from the cache', max_digits=10, validators=[django.core.validators.MinValueValidator(0)])),
                ('output', models.DecimalField(decimal_places=4, help_text='Tokens of the answer', max_digits=10, validators=[django.core.validators.MinValueValidator(0)])),
                ('long_prompt', models.PositiveIntegerField(default=0, help_text='A prompt of more tokens costs so many times as much; 0: there is no such limit')),
                ('long_factor', models.DecimalField(decimal_places=2, default=1, max_digits=6, validators=[django.core.validators.MinValueValidator(1)])),
            ],
            options={
                'ordering': ['name', 'valid_from'],
                'constraints': [models.UniqueConstraint(fields=('name', 'valid_from'), name='model_price_once')],
            },
        ),
    ]
