"""What was understood while the client's pause still ran, and whether it may be used.

A reading is good for one thing only: the very request that the turn would send now, byte for byte. A newer or
edited message, a reply that arrived meanwhile, a card that ran out, a changed catalogue: each makes another
request, and the turn asks anew. So the rows are a mere cache, and nobody waits for one that is late.

They are rows of PostgreSQL and not keys of Redis because each of them cost money: what the cache loses or
throws away has to be on the salon's bill all the same, counted once. Beside that they are encrypted, renewed
and forgotten with the client as everything else that was said.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from ai.claude.records import CallRecord
from ai.facts.salon import dump
from ai.models import EarlyReading
from ai.understanding.form import Understanding, read_form
from botbackend.lib.stopped_clock import current_time
from dialogues.lanes import WORTH_USING, Burst
from dialogues.models import Dialogue

# Who deletes a row counts its calls: the ORM tells how many went, not which.
_TAKE = "DELETE FROM ai_earlyreading WHERE id = ANY(%s) RETURNING id"


def digest_of(model: str, request: Mapping[str, Any]) -> str:
    """Return what tells a request from every other one."""
    return hashlib.sha256(dump({"model": model, "request": request}).encode()).hexdigest()


def keep(
    *, dialogue: Dialogue, digest: str, form: str, messages: Sequence[int], calls: Sequence[CallRecord]
) -> None:
    """Store what came back, "" for nothing of use: the calls have to be counted."""
    content = {"form": form, "messages": list(messages), "calls": [call.as_json() for call in calls]}
    EarlyReading.objects.create(dialogue=dialogue, digest=digest, content=content)


@dataclass
class EarlyReadings:
    """What was read ahead for the turn of one dialogue."""

    rows: Sequence[EarlyReading] = ()
    used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, burst: Burst) -> "EarlyReadings":
        """Find what no turn has taken yet; a burst without a pause asks the database for nothing."""
        waited = current_time() - min(message.created_at for message in burst.messages)
        if waited.total_seconds() < WORTH_USING:
            return cls()
        return cls(list(EarlyReading.objects.filter(dialogue=burst.dialogue).order_by("pk")))

    def take_form(self, model: str, request: Mapping[str, Any]) -> Understanding | None:
        """Return what the model answered to exactly this request; None if it was not asked."""
        if not self.rows:
            return None
        digest = digest_of(model, request)
        for row in self.rows:
            form = read_form(row.content["form"]) if row.digest == digest else None
            if form is not None:
                self.used.add(row.pk)
                return form
        return None

    def take_calls(self) -> list[CallRecord]:
        """Delete the rows and return the calls of those that nobody else has counted."""
        if not self.rows:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [[row.pk for row in self.rows]])
            taken = {pk for (pk,) in cursor.fetchall()}
        return [
            CallRecord.from_json(call, early="used" if row.pk in self.used else "dropped")
            for row in self.rows
            if row.pk in taken
            for call in row.content["calls"]
        ]
