"""The settings every clock of a salon hangs on: checks of a table with one row per salon, done at once."""

import projects.zones
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='project',
            name='timezone',
            field=models.CharField(default='Europe/Kyiv', max_length=64, validators=[projects.zones.check_zone]),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='project_grid_sane'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('horizon_days__lte', 730), ('min_notice_minutes__lte', 129600)), name='project_notice_and_horizon_sane'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('timezone__regex', '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$')), name='project_zone_looks_like_one'),
        ),
    ]
