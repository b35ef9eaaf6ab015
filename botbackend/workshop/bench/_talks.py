"""Clients who talk to a salon in this process, with the outside world in processes of its own."""

import contextlib
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from botbackend.outbox import execution, leases
from botbackend.outbox.models import Task
from botbackend.salon_api.config.load import load_project
from botbackend.workshop.launcher.demo_world import BOT_ID, CLAUDE_KEYS, SALON
from botbackend.workshop.launcher.run_directory import ephemeral_directory
from botbackend.workshop.launcher.stand_ins import StandInProcess
from dialogues.inbound.intake import RawEvent, store
from dialogues.models import Message
from projects.models import Project

Json = dict[str, Any]
SENDPULSE_CLIENT, SENDPULSE_SECRET = "bench", "bench-secret"
_numbers = itertools.count(1)
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "NOTIFY")


@dataclass
class TalkingSalon:
    """The demo's salon and the stand-ins it talks to."""

    project: Project
    claude: StandInProcess
    sendpulse: StandInProcess


@contextlib.contextmanager
def running_salon(**config: Any) -> Iterator[TalkingSalon]:
    """Start the stand-ins of Claude and SendPulse and load the salon; no debounce.

    `config` replaces parts of the demo salon's configuration.
    """
    with ephemeral_directory() as directory, contextlib.ExitStack() as stack:
        logs, guard = directory.path, directory.guard
        claude = StandInProcess("claude", ["--unscripted", "refuse"], log_directory=logs, guard=guard)
        stack.callback(claude.stop)
        words = ["--client", f"{SENDPULSE_CLIENT}:{SENDPULSE_SECRET}", "--bot", f"{BOT_ID}:Bench"]
        sendpulse = StandInProcess("sendpulse", words, log_directory=logs, guard=guard)
        stack.callback(sendpulse.stop)
        settings.CLAUDE_BASE_URL, settings.CLAUDE_API_KEYS = claude.url, list(CLAUDE_KEYS[:1])
        settings.SENDPULSE_BASE_URL, settings.SENDPULSE_PER_SECOND = sendpulse.url, 1000
        project = _load(config)
        yield TalkingSalon(project, claude, sendpulse)
        connections.close_all()


def _load(changes: dict[str, Any]) -> Project:
    config = json.loads(SALON.read_text()) | changes
    config |= {"google_sheet_id": None, "debounce_seconds": 0, "max_wait_seconds": 0, "horizon_days": 60}
    config["sendpulse"] = {
        "bot_id": BOT_ID,
        "client_id": SENDPULSE_CLIENT,
        "client_secret": SENDPULSE_SECRET,
        "webhook_secret": "bench-webhook-secret",
    }
    project, _ = load_project(raw=json.dumps(config).encode())
    return project


@dataclass
class Chat:
    """One client.

    `turns` keeps the seconds of CPU that each turn took; with `counting` it keeps statements instead, those
    that begin and end transactions left out.
    """

    salon: TalkingSalon
    name: str
    contact_id: str = ""
    turns: list[float] = field(default_factory=list)
    counting: bool = False

    def say(self, text: str, *answers: Json) -> str:
        """Send a message through the intake and run everything it leads to; returns the reply.

        `answers` are what the model answers meanwhile, in order, as data of the stand-in.
        """
        script_claude(self.salon.claude, *answers)
        client = {"contact": self.name, "name": "Ольга", "bot_id": BOT_ID, "text": text}
        self.contact_id = str(self.salon.sendpulse.tell("client_says", client)["contact_id"])
        store([RawEvent(**self._event(text))])
        before = self._last()
        drain("event.received")
        self.turns.append(_statements() if self.counting else _cpu_seconds())
        drain("message.queued")
        said = Message.objects.filter(
            dialogue__client__contact_id=self.contact_id, direction="out", pk__gt=before
        )
        return "\n".join(message.text for message in said.order_by("pk"))

    def _last(self) -> int:
        return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _event(self, text: str) -> dict[str, Any]:
        number = next(_numbers)
        body = {
            "service": "telegram",
            "title": "incoming_message",
            "date": int(time.time()),
            "bot": {"id": BOT_ID},
            "contact": {"id": self.contact_id, "name": "Ольга", "telegram_id": "1"},
            "info": {
                "message": {
                    "id": f"m{number}",
                    "channel_data": {"message_id": number, "message": {"text": text}},
                }
            },
        }
        return {
            "project_id": self.salon.project.pk,
            "dedupe_key": f"bench:{number}",
            "bot_id": BOT_ID,
            "contact_id": self.contact_id,
            "title": "incoming_message",
            "body": body,
        }


def script_claude(claude: StandInProcess, *answers: Json) -> None:
    """Have the stand-in answer the next requests with this data."""
    claude.tell("script", [{"data": answer} for answer in answers])


def _cpu_seconds() -> float:
    began = time.process_time()
    _take_turn()
    return time.process_time() - began


def _statements() -> int:
    with CaptureQueriesContext(connection) as queries:
        _take_turn()
    told = (query["sql"].strip() for query in queries.captured_queries)
    return sum(not sql.startswith(_CONTROL) for sql in told)


def _take_turn() -> None:
    """Claim and run the one lane that is due. Raises RuntimeError if it failed."""
    (claim,) = leases.claim_due(None, 1, topic="dialogue.due", lease=300)
    execution.execute(claim)


def drain(topic: str) -> None:
    """Run what is due of one topic, through the real claims. Raises RuntimeError if a task failed."""
    while claims := leases.claim_due(None, 1, topic=topic, lease=300):
        for claim in claims:
            execution.execute(claim)
            failed = Task.objects.filter(pk=claim.task_id).exclude(last_error="").values_list("last_error")
            if failed:
                raise RuntimeError(f"{topic}: {failed[0][0]}")
