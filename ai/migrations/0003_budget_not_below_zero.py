"""A ceiling of cost below zero is refused by the forms; the column stays as it is."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0002_assistant_settings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='assistantsettings',
            name='monthly_budget_usd',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
    ]
