"""What the tables' constraints stand on: an extension and one immutable function."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

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
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(_RANGES_IN_ORDER, "DROP FUNCTION bookings_ranges_in_order(jsonb)"),
    ]
