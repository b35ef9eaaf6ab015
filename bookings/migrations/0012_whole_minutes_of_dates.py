"""Hours of single dates are whole numbers of minutes as JSON writes them, not 540.0, which no clock can be made of.

What was stored so is rewritten, and the constraint refuses it from now on. Old code beside it goes on: it reads whole
numbers only, and what it wrote otherwise stopped it at the next reading.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION bookings_ranges_in_order(ranges jsonb) RETURNS boolean
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
       OR {not_whole} THEN
      RETURN false;
    END IF;
    reached := (item ->> 1)::numeric;
  END LOOP;
  RETURN true;
END
$$;
"""
BEFORE = FUNCTION.replace(
    "{not_whole}",
    "trunc((item ->> 0)::numeric) <> (item ->> 0)::numeric OR trunc((item ->> 1)::numeric) <> (item ->> 1)::numeric",
)
AFTER = FUNCTION.replace("{not_whole}", "(item ->> 0) ~ '[.]' OR (item ->> 1) ~ '[.]'")
REPAIR = """
UPDATE bookings_dateoverride SET ranges = (
    SELECT jsonb_agg(jsonb_build_array(trunc((item ->> 0)::numeric)::int, trunc((item ->> 1)::numeric)::int) ORDER BY place)
    FROM jsonb_array_elements(ranges) WITH ORDINALITY AS parts (item, place)
)
WHERE ranges::text LIKE '%.%'
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0011_names_that_calendars_show")]

    operations = [
        # In this order: as long as the old function holds, an old process may store one more.
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(REPAIR, migrations.RunSQL.noop),
    ]
