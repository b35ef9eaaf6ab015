"""`python -m botbackend.workshop.sandbox NAME`: each stand-in in its own process."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from botbackend.workshop.sandbox.claude.stand_in import PLAIN, READ, REFUSE, ClaudeStandIn
from botbackend.workshop.sandbox.google.auth import make_credentials, public_key_of
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.contacts import DEMO_BOT, Bot
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

from .base import LOOPBACK, StandIn
from .transcriber import TranscriberStandIn


def _pairs(entries: list[str] | None) -> dict[str, str]:
    return {name: rest for name, _, rest in (entry.partition(":") for entry in entries or [])}


def _sendpulse(options: argparse.Namespace) -> StandIn:
    server = SendPulseStandIn(
        clients=_pairs(options.client) or None,
        api_keys=set(options.api_key or []),
        bots=[Bot(key, name or "Salon Bot") for key, name in (_pairs(options.bot) or {DEMO_BOT: ""}).items()],
        webhook_url=options.webhook_url,
        token_seconds=options.token_seconds,
        per_second=options.per_second,
    )
    server.webhooks.settings.echo = not options.no_echo
    return server


def _claude(options: argparse.Namespace) -> StandIn:
    return ClaudeStandIn(
        keys=_pairs(options.key) or None,
        unscripted=options.unscripted,
        delay=options.delay,
        rpm=options.rpm,
    )


def _google(options: argparse.Namespace) -> StandIn:
    key = None
    if options.credentials:
        key = public_key_of(json.loads(Path(options.credentials).read_text()))
    server = GoogleStandIn(
        auto_create=options.auto_create,
        token_seconds=options.token_seconds,
        public_key=key,
        read_quota=options.read_quota,
        write_quota=options.write_quota,
    )
    for book_id, title in _pairs(options.spreadsheet).items():
        server.create(book_id, title=title or "Salon")
    return server


def _transcriber(options: argparse.Namespace) -> StandIn:
    return TranscriberStandIn(words=options.words)


def _write_credentials(target: Path, url: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_text(json.dumps(make_credentials(f"{url}/token"), indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m botbackend.workshop.sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sendpulse = commands.add_parser("sendpulse", help="SendPulse with a client chat page at /")
    sendpulse.add_argument("--webhook-url", default="", help="where events are posted")
    sendpulse.add_argument("--client", action="append", metavar="ID:SECRET")
    sendpulse.add_argument("--api-key", action="append", help="a static API key")
    sendpulse.add_argument("--bot", action="append", metavar="ID:NAME")
    sendpulse.add_argument("--token-seconds", type=int, default=3600)
    sendpulse.add_argument("--per-second", type=int, default=0, help="account limiter; the real one is 10")
    sendpulse.add_argument("--no-echo", action="store_true", help="no outgoing_message for API sends")
    sendpulse.set_defaults(make=_sendpulse)
    claude = commands.add_parser("claude", help="Anthropic Messages API")
    claude.add_argument(
        "--unscripted",
        choices=[PLAIN, REFUSE, READ],
        default=PLAIN,
        help="what becomes of a request without a scripted answer; read: the demo's small reader",
    )
    claude.add_argument("--delay", type=float, default=0, help="seconds that an answer takes")
    claude.add_argument("--rpm", type=int, default=0, help="requests per minute of an organisation and model")
    claude.add_argument("--key", action="append", metavar="KEY:ORGANISATION")
    claude.set_defaults(make=_claude)
    google = commands.add_parser(
        "google", help="Sheets, Drive and the token endpoint, with a sheet view at /"
    )
    google.add_argument("--auto-create", action="store_true", help="make unknown spreadsheets on demand")
    google.add_argument("--spreadsheet", action="append", metavar="ID:TITLE")
    google.add_argument("--credentials", help="service-account file whose signatures are checked")
    google.add_argument("--write-credentials", metavar="FILE", help="a service account with tokens from here")
    google.add_argument("--token-seconds", type=int, default=3600)
    google.add_argument("--read-quota", type=int, default=0, help="reads per minute; the real one is 60")
    google.add_argument("--write-quota", type=int, default=0, help="writes per minute; the real one is 60")
    google.set_defaults(make=_google)
    transcriber = commands.add_parser("transcriber", help="OpenAI's transcriptions of audio")
    transcriber.add_argument("--words", default="", help="what it hears in every recording")
    transcriber.set_defaults(make=_transcriber)
    for command in (sendpulse, claude, google, transcriber):
        command.add_argument("--port", type=int, default=0, help="0 takes a free one")
        command.add_argument("--address", default=LOOPBACK, help="where it listens")
    return parser


def _reads(options: argparse.Namespace) -> bool:
    return getattr(options, "unscripted", "") == READ


def main(arguments: list[str] | None = None) -> int:
    """Run a command; a server runs until SIGTERM or SIGINT."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server: StandIn = options.make(options)
    server.listens_on = options.address
    server.start(options.port)
    if getattr(options, "write_credentials", None):
        _write_credentials(Path(options.write_credentials), server.url)
    role = " (a small reader answers, no language model)" if _reads(options) else ""
    sys.stderr.write(f"stand-in of {options.command}{role}\n")
    sys.stdout.write(f"ready {server.url}\n")
    sys.stdout.flush()
    ended.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
