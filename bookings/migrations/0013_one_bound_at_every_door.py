"""What forms took and the configuration refused, within the bounds that both have now; kinds of rooms in one spelling.

A deadline beyond every visit is the longest one, which means the same; 23:59 is midnight, as the configuration reads it;
days off end where calendars of salons do. Old code beside it goes on: no column changes.
"""

from datetime import date
from typing import Any

import django.core.validators
from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Greatest, Least

from botbackend.lib.text import canonical, comparable

LONGEST_DEADLINE = 17544
FIRST, LAST = date(2000, 1, 1), date(2200, 12, 31)


def fit(apps: Any, schema_editor: Any) -> None:
    """Bring the rows of before within the bounds."""
    rules = apps.get_model("bookings", "BookingRules").objects
    rules.filter(cancel_deadline_hours__gt=LONGEST_DEADLINE).update(cancel_deadline_hours=LONGEST_DEADLINE)
    rules.filter(work_end_minute=1439).update(work_end_minute=1440)
    hours = apps.get_model("bookings", "WeeklyRange").objects
    last = hours.filter(start_minute=1439, weekday=OuterRef("weekday"), specialist=OuterRef("specialist"))
    hours.filter(~Exists(last), end_minute=1439).update(end_minute=1440)
    days = apps.get_model("bookings", "DayOff").objects
    for name in ("date_from", "date_to"):
        out = days.filter(**{f"{name}__lt": FIRST}) | days.filter(**{f"{name}__gt": LAST})
        out.update(**{name: Least(Greatest(models.F(name), models.Value(FIRST)), models.Value(LAST))})
    for pk, reason in days.exclude(reason="").values_list("pk", "reason"):
        if reason != canonical(reason):
            days.filter(pk=pk).update(reason=canonical(reason)[:200])
    _spell_kinds(apps)


def _spell_kinds(apps: Any) -> None:
    """Give rooms and services of one kind one spelling: that of the oldest room."""
    spelling: dict[tuple[int, str], str] = {}
    for model, field in (("Resource", "kind"), ("Service", "resource_kind")):
        rows = apps.get_model("bookings", model).objects.order_by("pk")
        for pk, project, kind in list(rows.values_list("pk", "project_id", field)):
            key = (project, comparable(kind))
            found = spelling.setdefault(key, canonical(kind)[:64] or kind)
            # A room's kind that shows nothing is no kind of any service; a service without one needs none.
            if key[1] and found != kind:
                rows.filter(pk=pk).update(**{field: found})


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0012_whole_minutes_of_dates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bookingrules',
            name='cancel_deadline_hours',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(17544)]),
        ),
        migrations.AlterField(
            model_name='bookingrules',
            name='min_notice_minutes',
            field=models.PositiveIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(129600)]),
        ),
        migrations.AlterField(
            model_name='offering',
            name='buffer_after',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(720)]),
        ),
        migrations.AlterField(
            model_name='offering',
            name='buffer_before',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(720)]),
        ),
        migrations.AlterField(
            model_name='offering',
            name='duration_minutes',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)]),
        ),
        migrations.AlterField(
            model_name='offering',
            name='price',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        migrations.AlterField(
            model_name='service',
            name='buffer_after',
            field=models.PositiveSmallIntegerField(default=0, help_text='Minutes kept free after', validators=[django.core.validators.MaxValueValidator(720)]),
        ),
        migrations.AlterField(
            model_name='service',
            name='buffer_before',
            field=models.PositiveSmallIntegerField(default=0, help_text='Minutes kept free before', validators=[django.core.validators.MaxValueValidator(720)]),
        ),
        migrations.AlterField(
            model_name='service',
            name='price',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        migrations.RunPython(fit, migrations.RunPython.noop),
    ]
