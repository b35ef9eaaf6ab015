"""A price may begin at its amount, and may have an end: of services, of cells of the matrix and of visits.

Old code beside it goes on: it writes amounts alone, which are plain prices by the default of the database.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0014_booking_note'),
        ('projects', '0006_known_languages_and_currencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='price_from',
            field=models.BooleanField(db_default=False, default=False, help_text='The price begins here'),
        ),
        migrations.AddField(
            model_name='booking',
            name='price_to',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='offering',
            name='price_from',
            field=models.BooleanField(db_default=False, default=False, help_text='The price begins here: clients read “from”'),
        ),
        migrations.AddField(
            model_name='offering',
            name='price_to',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='The most it comes to, where that is known', max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='price_from',
            field=models.BooleanField(db_default=False, default=False, help_text='The price begins here: clients read “from”'),
        ),
        migrations.AddField(
            model_name='service',
            name='price_to',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='The most it comes to, where that is known', max_digits=10, null=True),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_from', False), ('price__isnull', False), _connector='OR'), models.Q(('price_to', None), models.Q(('price_from', True), ('price_to__gt', models.F('price'))), _connector='OR')), name='booking_price_in_order'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_from', False), ('price__isnull', False), _connector='OR'), models.Q(('price_to', None), models.Q(('price_from', True), ('price_to__gt', models.F('price'))), _connector='OR')), name='offering_price_in_order'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_from', False), ('price__isnull', False), _connector='OR'), models.Q(('price_to', None), models.Q(('price_from', True), ('price_to__gt', models.F('price'))), _connector='OR')), name='service_price_in_order'),
        ),
    ]
