"""A service's length becomes minutes; it was a number of slots, and another slot size changed it.

Old code beside it goes on reading and writing `slots`: a trigger keeps both columns in step, whichever is written.
Only the slot size itself is better not changed until the old code is gone, for it reads another length out of it.
The next release drops the column, the trigger and its function. Lengths beyond a day, which nobody could book,
become the longest that a day has room for.
"""

import django.core.validators
from django.db import migrations, models

SLOT_MINUTES = "coalesce((SELECT slot_minutes FROM bookings_bookingrules WHERE project_id = {row}.project_id), 30)"
THERE = f"""
UPDATE bookings_service s SET duration_minutes = least(slots, 1440 / size) * size
  FROM (SELECT id, {SLOT_MINUTES.format(row="inner_row")} AS size FROM bookings_service inner_row) sized
 WHERE sized.id = s.id;

CREATE FUNCTION bookings_service_in_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  size integer := {SLOT_MINUTES.format(row="NEW")};
  old_code boolean := NEW.duration_minutes IS NULL;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_code := NEW.slots <> OLD.slots AND NEW.duration_minutes = OLD.duration_minutes;
  END IF;
  IF old_code THEN
    NEW.duration_minutes := least(NEW.slots, 1440 / size) * size;
  ELSE
    NEW.slots := ceil(NEW.duration_minutes::numeric / size);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER bookings_service_in_step BEFORE INSERT OR UPDATE ON bookings_service
FOR EACH ROW EXECUTE FUNCTION bookings_service_in_step();
"""
# The slot size may have changed since, which leaves minutes, and `slots`, as they are.
BACK = f"""
DROP TRIGGER bookings_service_in_step ON bookings_service;
DROP FUNCTION bookings_service_in_step();
UPDATE bookings_service s SET slots = ceil(duration_minutes::numeric / {SLOT_MINUTES.format(row="s")});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0007_closed_dates'),
    ]

    operations = [
        migrations.AddField(
            model_name='service',
            name='duration_minutes',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.RunSQL(THERE, BACK),
        migrations.AlterField(
            model_name='service',
            name='duration_minutes',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)]),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('duration_minutes__gte', 1), ('duration_minutes__lte', 1440)), name='service_duration_sane'),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name='service', name='service_slots_sane'),
                migrations.RemoveField(model_name='service', name='slots'),
            ],
        ),
        migrations.AlterField(
            model_name='bookingrules',
            name='slot_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='Grid on which visits begin; services last a whole number of slots', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)]),
        ),
    ]
