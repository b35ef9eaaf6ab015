"""Who does what when, who comes, and the visits."""

import bookings.models.catalogue
import botbackend.lib.fields
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import uuid
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


# What a constraint below stands on.
_RANGES_IN_ORDER = """
CREATE FUNCTION bookings_ranges_in_order(ranges jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  item jsonb;
  reached numeric := 0;
BEGIN
  IF jsonb_typeof(ranges) IS DISTINCT FROM 'array' THEN
    RETURN false;
  END IF;
  FOR item IN SELECT value FROM jsonb_array_elements(ranges) LOOP
    IF jsonb_typeof(item) <> 'array' OR jsonb_array_length(item) <> 2
       OR jsonb_typeof(item -> 0) <> 'number' OR jsonb_typeof(item -> 1) <> 'number' THEN
      RETURN false;
    END IF;
    IF (item ->> 0)::numeric < reached OR (item ->> 1)::numeric <= (item ->> 0)::numeric
       OR (item ->> 1)::numeric > 1440
       OR trunc((item ->> 0)::numeric) <> (item ->> 0)::numeric
       OR trunc((item ->> 1)::numeric) <> (item ->> 1)::numeric THEN
      RETURN false;
    END IF;
    reached := (item ->> 1)::numeric;
  END LOOP;
  RETURN true;
END
$$;
"""


class Migration(migrations.Migration):

    replaces = [
        ('bookings', '0001_btree_gist'),
        ('bookings', '0002_initial'),
        ('bookings', '0003_gap_has_both_ends'),
        ('bookings', '0004_fewer_indexes'),
    ]

    initial = True

    dependencies = [
        ('projects', '0001_squashed_salons_people_and_keys'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(_RANGES_IN_ORDER, "DROP FUNCTION bookings_ranges_in_order(jsonb)"),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visit_id', models.UUIDField(db_index=True, default=uuid.uuid4)),
                ('status', models.CharField(choices=[('held', 'Held'), ('booked', 'Booked'), ('cancelled', 'Cancelled'), ('completed', 'Completed'), ('no_show', 'No Show')], default='booked', max_length=10)),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('busy_from', models.DateTimeField()),
                ('busy_until', models.DateTimeField()),
                ('gap_from', models.DateTimeField(blank=True, help_text="From here to the gap's end another visit may be put in", null=True)),
                ('gap_until', models.DateTimeField(blank=True, null=True)),
                ('hold_until', models.DateTimeField(blank=True, help_text='A held row frees its slot at this moment', null=True)),
                ('is_overbooked', models.BooleanField(default=False, help_text='Put on top of another visit on purpose by staff')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('guest_name', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('guest_phone', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('photo_url', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('source', models.CharField(choices=[('bot', 'Bot'), ('admin', 'Admin'), ('sheet', 'Sheet'), ('api', 'Api')], max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='projects.project')),
            ],
            options={
                'ordering': ['start', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BookingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=32)),
                ('source', models.CharField(choices=[('bot', 'Bot'), ('admin', 'Admin'), ('sheet', 'Sheet'), ('api', 'Api')], max_length=8)),
                ('actor', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('before', botbackend.lib.fields.EncryptedJSONField(null=True)),
                ('after', botbackend.lib.fields.EncryptedJSONField(null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='bookings.booking')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_id', models.CharField(blank=True, help_text="The channel's id of this person", max_length=64)),
                ('name', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('name_index', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('phone', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('phone_index', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('is_blocked', models.BooleanField(default=False)),
                ('notes', botbackend.lib.fields.EncryptedTextField(blank=True, default='')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clients', to='projects.project')),
            ],
        ),
        migrations.AddField(
            model_name='booking',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='bookings.client'),
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('visit_id', models.UUIDField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='projects.project')),
            ],
            options={
                'ordering': ['kind', 'name'],
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='resource',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='bookings.resource'),
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('slots', models.PositiveSmallIntegerField()),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('buffer_before', models.PositiveSmallIntegerField(default=0, help_text='Minutes kept free before')),
                ('buffer_after', models.PositiveSmallIntegerField(default=0, help_text='Minutes kept free after')),
                ('gap_start', models.PositiveSmallIntegerField(default=0, help_text='Minutes from the start to a processing gap')),
                ('gap_minutes', models.PositiveSmallIntegerField(default=0, help_text='Length of the processing gap; 0 = none')),
                ('resource_kind', models.CharField(blank=True, help_text='Needs a room or chair of this kind', max_length=64)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='services', to='projects.project')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='bookings.service'),
        ),
        migrations.CreateModel(
            name='Specialist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('has_own_hours', models.BooleanField(default=False, help_text="Otherwise the salon's hours hold, every day")),
                ('does_every_service', models.BooleanField(default=True, help_text='Otherwise only what the matrix lists')),
                ('calendar_token', models.CharField(default=bookings.models.catalogue.new_calendar_token, max_length=64, unique=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='specialists', to='projects.project')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duration_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('buffer_before', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('buffer_after', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offerings', to='bookings.service')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offerings', to='bookings.specialist')),
            ],
        ),
        migrations.CreateModel(
            name='DayOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date_from', models.DateField()),
                ('date_to', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days_off', to='projects.project')),
                ('specialist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='days_off', to='bookings.specialist')),
            ],
            options={
                'ordering': ['date_from'],
            },
        ),
        migrations.CreateModel(
            name='DateOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('ranges', models.JSONField(default=list)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='date_overrides', to='projects.project')),
                ('specialist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='date_overrides', to='bookings.specialist')),
            ],
        ),
        migrations.AddField(
            model_name='booking',
            name='specialist',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='bookings.specialist'),
        ),
        migrations.CreateModel(
            name='WeeklyBreak',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='weekly_breaks', to='projects.project')),
                ('specialist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='weekly_breaks', to='bookings.specialist')),
            ],
            options={
                'ordering': ['weekday', 'start_minute'],
            },
        ),
        migrations.CreateModel(
            name='WeeklyRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('specialist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='weekly_ranges', to='bookings.specialist')),
            ],
            options={
                'ordering': ['weekday', 'start_minute'],
            },
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.UniqueConstraint(condition=models.Q(('contact_id', ''), _negated=True), fields=('project', 'contact_id'), name='client_contact_once'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(fields=('project', 'key'), name='idempotency_key_once'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(fields=('project', 'name'), name='resource_name_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('project', 'name'), name='service_name_once'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('slots__gte', 1), ('slots__lte', 288)), name='service_slots_sane'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('buffer_before__lte', 720), ('buffer_after__lte', 720)), name='service_buffers_sane'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('gap_start__lte', 1440), ('gap_minutes__lte', 1440)), name='service_gap_sane'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('price', None), ('price__gte', 0), _connector='OR'), name='service_price_sane'),
        ),
        migrations.AddConstraint(
            model_name='specialist',
            constraint=models.UniqueConstraint(fields=('project', 'name'), name='specialist_name_once'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.UniqueConstraint(fields=('specialist', 'service'), name='offering_once'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('duration_minutes', None), models.Q(('duration_minutes__gte', 1), ('duration_minutes__lte', 1440)), _connector='OR'), name='offering_duration_sane'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('buffer_before', None), ('buffer_before__lte', 720), _connector='OR'), models.Q(('buffer_after', None), ('buffer_after__lte', 720), _connector='OR')), name='offering_buffers_sane'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('price', None), ('price__gte', 0), _connector='OR'), name='offering_price_sane'),
        ),
        migrations.AddConstraint(
            model_name='dayoff',
            constraint=models.CheckConstraint(condition=models.Q(('date_to__gte', models.F('date_from'))), name='day_off_in_order'),
        ),
        migrations.AddConstraint(
            model_name='dateoverride',
            constraint=models.UniqueConstraint(fields=('project', 'specialist', 'date'), name='date_override_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='dateoverride',
            constraint=models.CheckConstraint(condition=models.Func('ranges', function='bookings_ranges_in_order', output_field=models.BooleanField()), name='date_override_ranges_in_order', violation_error_message='Write ranges of minutes as [[start, end], ...] in order.'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['project', 'start'], name='booking_project_start'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['client', 'start'], name='booking_client_start'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['specialist', 'busy_from'], name='booking_specialist_busy'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('resource__isnull', False)), fields=['resource', 'busy_from'], name='booking_resource_busy'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['held', 'booked']), ('is_overbooked', False)), expressions=[('specialist', '='), (models.Func(models.Func('busy_from', django.db.models.functions.comparison.Coalesce('gap_from', 'busy_until'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), models.Func(django.db.models.functions.comparison.Coalesce('gap_until', 'busy_until'), 'busy_until', django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), function='TSTZMULTIRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='booking_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['held', 'booked']), ('is_overbooked', False), ('resource__isnull', False)), expressions=[('resource', '='), (models.Func('busy_from', 'busy_until', django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='booking_no_overlap_in_room'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='booking_in_order'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('busy_from__lte', models.F('start')), ('busy_until__gte', models.F('end'))), name='booking_busy_covers_visit'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gap_from', None), ('gap_until', None)), models.Q(('gap_from__gte', models.F('busy_from')), ('gap_from__isnull', False), ('gap_from__lt', models.F('gap_until')), ('gap_until__isnull', False), ('gap_until__lte', models.F('busy_until'))), _connector='OR'), name='booking_gap_has_both_ends_inside'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('busy_until__lte', django.db.models.expressions.CombinedExpression(models.F('busy_from'), '+', models.Value(datetime.timedelta(days=2))))), name='booking_length_bounded'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'held'), _negated=True), ('hold_until__isnull', False), _connector='OR'), name='booking_hold_ends'),
        ),
        migrations.AddConstraint(
            model_name='weeklybreak',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='weekly_break_weekday'),
        ),
        migrations.AddConstraint(
            model_name='weeklybreak',
            constraint=models.CheckConstraint(condition=models.Q(('end_minute__gt', models.F('start_minute')), ('end_minute__lte', 1440)), name='weekly_break_in_order'),
        ),
        migrations.AddConstraint(
            model_name='weeklybreak',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('project', '='), (django.db.models.functions.comparison.Coalesce('specialist_id', 0), '='), ('weekday', '='), (models.Func('start_minute', 'end_minute', function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='weekly_break_no_overlap', violation_error_message='This break overlaps another of the same weekday.'),
        ),
        migrations.AddConstraint(
            model_name='weeklyrange',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='weekly_range_weekday'),
        ),
        migrations.AddConstraint(
            model_name='weeklyrange',
            constraint=models.CheckConstraint(condition=models.Q(('end_minute__gt', models.F('start_minute')), ('end_minute__lte', 1440)), name='weekly_range_in_order'),
        ),
        migrations.AddConstraint(
            model_name='weeklyrange',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('specialist', '='), ('weekday', '='), (models.Func('start_minute', 'end_minute', function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='weekly_range_no_overlap', violation_error_message='These hours overlap others of the same weekday.'),
        ),
    ]
