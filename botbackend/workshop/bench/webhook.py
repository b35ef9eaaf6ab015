"""How many events a second the webhook stores, and how fast, side by side with what it could be instead."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

from django.db import connection

from botbackend.workshop.bench._bare_views import TABLE
from botbackend.workshop.bench._gunicorn import serving
from botbackend.workshop.bench._load import CONTACT_MARK, MARK, Measured, Plan
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.launcher.ports import free_port
from dialogues.models import ChannelSettings, InboundEvent
from projects.models import Project

NAME = "Webhook: events stored by HTTP (gunicorn gthread 2 x 4)"
CONNECTIONS = 32
ROUNDS, ROUNDS_QUICK, ROUND_SECONDS, WARM_UP_SECONDS = 8, 2, 2.0, 0.5
SECRET, BOT = "bench-secret", "bench-bot"
BARE = {"DJANGO_SETTINGS_MODULE": "botbackend.workshop.bench._bare_settings"}
PRODUCT = {"DJANGO_SETTINGS_MODULE": "botbackend.settings"}
SHARE_OF_INSERT, SHARE_WITHOUT_REDIS, P99_MS = 60.0, 90.0, 50.0


@dataclass
class Candidate:
    """One application under test and what was measured of it, round by round."""

    what: str
    application: str
    path: str
    environment: dict[str, str]
    rounds: list[Measured] = field(default_factory=list)
    paced: list[Measured] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """The median of the rounds at full load."""
        return statistics.median(measured.per_second for measured in self.rounds)

    def median(self, share: float, *, paced: bool = False) -> float:
        """The median of the rounds' percentiles."""
        return statistics.median(m.percentile(share) for m in (self.paced if paced else self.rounds))


def make_body() -> str:
    """An event in the captured shape; the marks become a number and a contact of their own."""
    contact = {"id": f"contact-{CONTACT_MARK}", "name": "Olena", "telegram_id": "380485157", "variables": []}
    inner = {"message_id": 2121, "chat_id": 380485157, "message": {"text": "Haircut tomorrow at 15?"}}
    event = {
        "service": "telegram",
        "title": "incoming_message",
        "date": 1767261600,
        "bot": {"id": BOT, "external_id": 6934241673, "channel": "TELEGRAM", "name": "Salon Bot"},
        "contact": {**contact, "tags": [], "last_message": "Haircut tomorrow at 15?"},
        "info": {"message": {"id": MARK, "channel_data": inner}},
    }
    return json.dumps([event])


class _Runs:
    """Loads servers; every request of the whole benchmark has a number of its own."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self._next = 1

    def load(self, candidate: Candidate, *, rate: float = 0.0) -> Measured:
        """Warm the candidate up, then load it."""
        self._send(candidate, seconds=WARM_UP_SECONDS, rate=0.0)
        return self._send(candidate, seconds=ROUND_SECONDS, rate=rate)

    def _send(self, candidate: Candidate, *, seconds: float, rate: float) -> Measured:
        port = self._ports[candidate.what]
        plan = Plan(port, candidate.path, make_body(), seconds, CONNECTIONS, rate, first_number=self._next)
        done = subprocess.run(
            [sys.executable, "-m", "botbackend.workshop.bench._load"],
            input=json.dumps(asdict(plan)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        measured = Measured(**json.loads(done.stdout))
        self._next += measured.answered + measured.failed + CONNECTIONS
        if measured.failed or not measured.answered:
            raise RuntimeError(f"{candidate.what}: {measured.failed} requests were not answered 200")
        return measured


def run(options: Options) -> list[Row]:
    """Short rounds of all candidates, to and fro.

    The machine's own speed changes within seconds, and who comes second finds it as the first one left it:
    so each is loaded as often before the others as after them, and shares are taken round by round.
    """
    _prepare()
    wsgi, insert, enqueue, webhook, without_redis = candidates = _candidates()
    with ExitStack() as stack:
        ports = {c.what: stack.enter_context(serving(c.application, c.environment)) for c in candidates}
        runs = _Runs(ports)
        for number in range(ROUNDS_QUICK if options.quick else ROUNDS):
            for candidate in candidates if number % 2 == 0 else reversed(candidates):
                candidate.rounds.append(runs.load(candidate))
            for candidate in (webhook, without_redis):
                candidate.paced.append(runs.load(candidate, rate=webhook.per_second / 2))
    _check_stored(webhook, without_redis)
    return [
        *(Row(c.what, c.per_second, "/s") for c in (wsgi, insert, enqueue, webhook, without_redis)),
        _share("webhook, of one INSERT", webhook, insert, SHARE_OF_INSERT),
        _share("webhook, of INSERT + RQ job", webhook, enqueue, 100.0),
        _share("webhook with Redis down, of with Redis", without_redis, webhook, SHARE_WITHOUT_REDIS),
        *(row for candidate in (webhook, without_redis) for row in _latencies(candidate)),
    ]


def _candidates() -> list[Candidate]:
    path = f"/webhook/sendpulse/{SECRET}"
    no_redis = {**PRODUCT, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    bare = "botbackend.workshop.bench._bare_views"
    return [
        Candidate("bare WSGI", f"{bare}:bare", "/", BARE),
        Candidate("bare Django view, one INSERT", bare, "/insert", BARE),
        Candidate("the same + one RQ job", bare, "/enqueue", BARE),
        Candidate("webhook", "botbackend.wsgi", path, PRODUCT),
        Candidate("webhook with Redis down", "botbackend.wsgi", path, no_redis),
    ]


def _share(what: str, mine: Candidate, other: Candidate, target: float) -> Row:
    shares = (a.per_second / b.per_second for a, b in zip(mine.rounds, other.rounds, strict=True))
    return Row(what, 100 * statistics.median(shares), "%", target, "higher")


def _latencies(candidate: Candidate) -> list[Row]:
    return [
        Row(f"{candidate.what}, full load, p50", candidate.median(0.5), "ms"),
        Row(f"{candidate.what}, full load, p99", candidate.median(0.99), "ms"),
        Row(f"{candidate.what}, half load, p50", candidate.median(0.5, paced=True), "ms"),
        Row(f"{candidate.what}, half load, p99", candidate.median(0.99, paced=True), "ms", P99_MS),
    ]


def _prepare() -> None:
    project = Project.objects.create(slug="bench", name="Bench")
    ChannelSettings.objects.create(project=project, sendpulse_bot_id=BOT, webhook_secret=SECRET)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    connection.close()


def _check_stored(*candidates: Candidate) -> None:
    """Every answered request must have left its event, or the figures are worth nothing."""
    answered = sum(m.answered for c in candidates for m in (*c.rounds, *c.paced))
    stored = InboundEvent.objects.count()
    if stored < answered:
        raise RuntimeError(f"{answered} requests were answered but only {stored} events stored")
