"""What a database needs that was put back while the world went on without it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from botbackend.outbox.models import Heartbeat
from dialogues import restored
from projects.security import sessions

# Ids that were given out after the backup are known elsewhere: to programs that use the API, in cells of
# spreadsheets (#17), in calendars, to a worker that still runs. They must not come to mean another row.
_LEAP = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,
                  LEAST(max_value, COALESCE(last_value, 0) + CASE sequencename
                        WHEN 'outbox_lease_token' THEN 1000000000 ELSE 100000 END))
      FROM pg_sequences WHERE schemaname = 'public'
"""


@dataclass(frozen=True)
class Aftermath:
    """What was found and settled."""

    texts: int
    talks: int
    sessions: int


def settle(*, made_at: datetime) -> Aftermath:
    """Let nothing be said to clients that may have been said after the backup; see `restored`.

    Everybody signs in anew: sessions that were ended since would live again. May be run again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEAP)
    Heartbeat.objects.all().delete()
    ended = sessions.end_all()
    texts, talks = restored.doubt_texts(), restored.leave_talks_to_people()
    restored.tell_salons(made_at=made_at)
    return Aftermath(texts, talks, ended)
