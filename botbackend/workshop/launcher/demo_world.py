"""Everything the demo runs on: servers, stand-ins, secrets, the salon, the product's own processes."""

import base64
import contextlib
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from botbackend.workshop.launcher.product import PREPARATION, CommandFailed, manage, product_specs
from botbackend.workshop.launcher.run import settings_environment
from botbackend.workshop.launcher.run_directory import CHECKOUT, RunDirectory
from botbackend.workshop.launcher.server_process import write_private
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis
from botbackend.workshop.launcher.stand_ins import StandInProcess
from botbackend.workshop.launcher.supervisor import Supervisor

SALON = Path(__file__).with_name("demo_salon.json")
# Real services may be configured on this machine; none of them but Claude may reach the demo.
FOREIGN = (
    "CLAUDE_",
    "ANTHROPIC_",
    "GOOGLE_",
    "SENDPULSE_",
    "TELEGRAM_",
    "TRANSCRIPTION_",
    "DATABASE_",
    "REDIS_",
    "LOG_",
    "DJANGO_",
    "EMAIL_",
)
FOREIGN_NAMES = {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DEBUG", "ALLOWED_HOSTS", "SECURE_COOKIES"}
BOT_ID = "6671465ac84ab24b4702fa25"
CLAUDE_KEYS = ("sk-ant-stand-in-1", "sk-ant-stand-in-2")
ADMIN, OWNER = "admin@example.com", "owner@example.com"
PROJECT = "demo_salon"

Tell = Callable[[str], None]


@dataclass
class World:
    """What the conversation and the final page of URLs need to know."""

    port: int
    environment: dict[str, str]
    keys: dict[str, str]
    stand_ins: dict[str, StandInProcess] = field(default_factory=dict)
    spreadsheet: str = ""
    api_key: str = ""
    live: bool = False  # the real Claude answers

    @property
    def url(self) -> str:
        """The web process."""
        return f"http://127.0.0.1:{self.port}"


def demo_secrets(directory: Path) -> dict[str, str]:
    """Secrets of the demo, made at its first run and kept with its data."""
    path = directory / "secrets.json"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "webhook_secret": secrets.token_urlsafe(24),
            "sendpulse_client_secret": secrets.token_hex(16),
            "admin_password": secrets.token_urlsafe(9),
        }
        write_private(path, json.dumps(made, indent=2))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the product's own variables."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }


def real_claude(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of the real Claude, if there is a key; the demo then asks it instead of a stand-in."""
    if not environment.get("CLAUDE_API_KEY_1"):
        return {}
    return {name: value for name, value in environment.items() if name.startswith("CLAUDE_")}


def build_world(stack: contextlib.ExitStack, directory: RunDirectory, port: int, tell: Tell) -> World:
    """Start everything but the product's processes; each is registered on `stack` to be ended."""
    keys = demo_secrets(directory.path)
    environment = {**clean_environment(os.environ), "ENV_FILE": os.devnull, "PORT": str(port)}
    environment |= {name: keys[name] for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS")}
    environment["WEB_WORKERS"] = "1"  # one person talks to it
    real = real_claude(settings_environment())
    environment |= real
    world = World(port=port, environment=environment, keys=keys, live=bool(real))
    # Each of these takes a second or two to come up, so they do it together.
    _start_stand_ins(stack, directory, world, tell)
    _start_servers(stack, directory, environment, tell)
    tell("migrating the database, loading the demo salon")
    _fill_database(directory.path, world)
    _connect_stand_ins(world, tell)
    return world


def _start_servers(
    stack: contextlib.ExitStack, directory: RunDirectory, environment: dict[str, str], tell: Tell
) -> None:
    for variable, kind in (("DATABASE_URL", EmbeddedPostgres), ("REDIS_URL", EmbeddedRedis)):
        server = kind(directory.path / kind.name, guard=directory.guard)
        stack.callback(server.stop)
        server.start()
        environment[variable] = server.url
        tell(f"{kind.name} listens on port {server.port}")


def _start_stand_ins(stack: contextlib.ExitStack, directory: RunDirectory, world: World, tell: Tell) -> None:
    # A spreadsheet lives as long as its stand-in, so every run has one of its own.
    world.spreadsheet = f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    client = f"demo:{world.keys['sendpulse_client_secret']}"
    options = {
        "sendpulse": ["--client", client, "--bot", f"{BOT_ID}:Мальва"],
        "claude": ["--unscripted", "read"],
        "google": ["--spreadsheet", f"{world.spreadsheet}:Салон «Мальва»"],
        "transcriber": ["--words", "Запишіть мене на манікюр завтра о третій дня"],
    }
    if world.live:
        del options["claude"]
        tell("CLAUDE_API_KEY_1 is set: the real Claude answers, and that costs money")
    credentials = directory.path / "google.json"
    options["google"] += ["--write-credentials", str(credentials)]
    world.environment["GOOGLE_CREDENTIALS_FILE"] = str(credentials)
    log_directory = directory.path / "log"
    for name, words in options.items():
        stand_in = StandInProcess(name, words, log_directory=log_directory, guard=directory.guard)
        stack.callback(stand_in.stop)
        world.stand_ins[name] = stand_in


def _connect_stand_ins(world: World, tell: Tell) -> None:
    for name, stand_in in world.stand_ins.items():
        tell(f"stand-in of {name}: {stand_in.url}")
    urls = {name: stand_in.url for name, stand_in in world.stand_ins.items()}
    if not world.live:
        keys = {"CLAUDE_API_KEY_1": CLAUDE_KEYS[0], "CLAUDE_API_KEY_2": CLAUDE_KEYS[1]}
        world.environment |= {"CLAUDE_BASE_URL": urls["claude"], **keys}
    world.environment |= {
        "GOOGLE_API_BASE_URL": urls["google"],
        "SENDPULSE_BASE_URL": urls["sendpulse"],
        "TRANSCRIPTION_URL": f"{urls['transcriber']}/v1/audio/transcriptions",
        "TRANSCRIPTION_KEY": "sk-transcriber",
    }
    hook = f"{world.url}/webhook/sendpulse/{world.keys['webhook_secret']}"
    world.stand_ins["sendpulse"].tell("webhooks", {"url": hook})


def salon_config(world: World) -> dict[str, object]:
    """The demo salon, connected to the stand-ins of this run."""
    config: dict[str, object] = json.loads(SALON.read_text())
    config["google_sheet_id"] = world.spreadsheet
    config["sendpulse"] = {
        "bot_id": BOT_ID,
        "client_id": "demo",
        "client_secret": world.keys["sendpulse_client_secret"],
        "webhook_secret": world.keys["webhook_secret"],
    }
    return config


def _fill_database(directory: Path, world: World) -> None:
    path = directory / "salon.json"
    write_private(path, json.dumps(salon_config(world), ensure_ascii=False, indent=2))
    output = manage(
        {**world.environment, "STAFF_PASSWORD": world.keys["admin_password"]},
        *PREPARATION,
        ("create_staff", ADMIN, "--operator"),
        ("load_project", str(path), "--api-key"),
        ("create_staff", OWNER, "--project", PROJECT),
    )[-2]
    found = re.search(r"api_key=(\S+)", output)
    if found is None:
        raise CommandFailed(f"`manage.py load_project` printed no api_key:\n{output}")
    world.api_key = found[1]


def start_product(
    stack: contextlib.ExitStack, directory: RunDirectory, world: World, tell: Tell
) -> Supervisor:
    """Web, dispatcher and workers under a supervisor."""
    supervisor = Supervisor(
        product_specs(),
        environment=world.environment,
        directory=CHECKOUT,
        log_directory=directory.path / "log",
        guard=directory.guard,
        say=tell,
    )
    stack.callback(supervisor.stop)
    supervisor.start()
    stack.callback(tell, "stopping")
    return supervisor
