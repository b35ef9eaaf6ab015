"""`manage.py play_conversations`: conversations with the salon, somebody in the model's place."""

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from botbackend.workshop.evaluation.outside import BY_HAND_SECONDS, outside
from botbackend.workshop.evaluation.playing.answering import ByEndpoint
from botbackend.workshop.evaluation.playing.burst import Played
from botbackend.workshop.evaluation.playing.conversation import (
    SHIPPED,
    Conversation,
    ConversationError,
    read_conversations,
)
from botbackend.workshop.evaluation.playing.play import play_conversation
from botbackend.workshop.evaluation.playing.relay import Relay
from botbackend.workshop.evaluation.playing.transcript import table, write_played
from botbackend.workshop.evaluation.scratch import scratch_database
from botbackend.workshop.sandbox.base import running


class Command(BaseCommand):
    """Plays in a scratch database; ends with 1 when something was wrong."""

    help = (
        "Play conversations against a Messages endpoint (`answer_by_hand`, or Claude behind a gateway) and "
        "write a transcript and the answers of each. The installation's own data is never touched."
    )
    requires_system_checks: list[str] = []  # it needs neither Redis nor SendPulse

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="parts of conversations' names")
        parser.add_argument("--claude", required=True, metavar="URL", help="who answers for Claude")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="where it is written")
        parser.add_argument(
            "--from", dest="folder", type=Path, default=SHIPPED, metavar="FOLDER", help="other conversations"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            talks = read_conversations(options["names"], options["folder"])
        except ConversationError as error:
            raise CommandError(str(error)) from error
        if not talks:
            raise CommandError("no conversation fits")
        logging.disable(logging.ERROR)  # the transcript tells what was refused
        try:
            with scratch_database():
                played = [self._play(talk, options) for talk in talks]
        finally:
            logging.disable(logging.NOTSET)
        lines = table(played)
        (options["out"] / "table.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write("\n".join(lines))
        if any(one.problems for one in played):
            raise CommandError("not everything was right", returncode=1)

    def _play(self, talk: Conversation, options: dict[str, Any]) -> Played:
        with (
            running(Relay(options["claude"], patience=BY_HAND_SECONDS)) as relay,
            outside(live=True, claude_at=relay.url) as started,
        ):
            played = play_conversation(talk, started, ByEndpoint(relay))
        write_played(played, options["out"])
        self.stdout.write(f"{talk.name}: {'; '.join(played.problems) or 'right'}")
        return played
