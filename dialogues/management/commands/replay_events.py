"""`manage.py replay_events`: handle stored raw events again, after a parser was fixed."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from dialogues.inbound import processing, unreadable
from dialogues.inbound.events import UNREADABLE
from dialogues.models import InboundEvent

State = InboundEvent.State


class Command(BaseCommand):
    """Replaying is harmless: what an event already led to is recognised and not repeated."""

    help = "Handle stored SendPulse events again; what they already led to is not repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", help="only this project_id")
        parser.add_argument(
            "--since", help="only events received since then, ISO 8601 (UTC if it names no zone)"
        )
        parser.add_argument("--failed", action="store_true", help="only failed and stray ones")
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, *args: Any, **options: Any) -> None:
        readable = InboundEvent.objects.exclude(title=UNREADABLE)  # the others wait for a person
        events = readable.order_by("received_at", "position", "id")
        if options["project"]:
            events = events.filter(project__slug=options["project"])
        if options["since"]:
            events = events.filter(received_at__gte=_moment(options["since"]))
        if options["failed"]:
            events = events.filter(state__in=[State.FAILED, State.STRAY])
        ids = list(events.values_list("pk", flat=True))
        if options["dry_run"]:
            self.stdout.write(f"replay_events: {len(ids)} events would be replayed")
            return
        counts = self._replay(ids)
        told = ", ".join(
            f"{counts[state]} {state.value}"
            for state in (State.DONE, State.IGNORED, State.FAILED, State.STRAY)
            if counts[state] or state is not State.STRAY
        )
        self.stdout.write(f"replay_events: {len(ids)} events replayed: {told}")
        if counts[State.FAILED]:
            raise CommandError(f"{counts[State.FAILED]} events failed", returncode=1)

    def _replay(self, ids: list[int]) -> dict[InboundEvent.State, int]:
        counts = dict.fromkeys(State, 0)
        for event_id in tqdm(ids, desc="replay_events", unit="event", file=self.stderr, disable=None):
            settled = InboundEvent.objects.filter(pk=event_id).exclude(state=State.STRAY)
            if not settled.update(state=State.NEW, note=""):
                unreadable.place(event_id)
            counts[processing.handle(event_id)] += 1
        return counts


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--since must be ISO 8601, not {text!r}") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
