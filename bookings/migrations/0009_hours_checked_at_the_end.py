"""Own hours and the cells of the matrix are held against one another when the transaction ends.

A form may move the border of two ranges, or let two cells change places. Old code beside it goes on: what it was
refused by a statement it is refused by the commit.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0008_lengths_in_minutes'),
        ('projects', '0004_moved_settings_dropped'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='offering',
            name='offering_once',
        ),
        migrations.RemoveConstraint(
            model_name='weeklyrange',
            name='weekly_range_no_overlap',
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('specialist', 'service'), name='offering_once'),
        ),
        migrations.AddConstraint(
            model_name='weeklyrange',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[('specialist', '='), ('weekday', '='), (models.Func('start_minute', 'end_minute', function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='weekly_range_no_overlap', violation_error_message='These hours overlap others of the same weekday.'),
        ),
    ]
