"""The image and the compose file start what exists, all of it, with the settings it needs."""

import hashlib
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from botbackend import gunicorn_conf
from botbackend.outbox import registry
from botbackend.outbox.processes import worker
from botbackend.tests.checkout import CHECKOUT, example_settings, settings_read
from botbackend.workshop.launcher.product import product_specs

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PROXY = SERVICES["proxy"]
WEB = ("web", "web-spare")
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
SCHEMA = CHECKOUT / "botbackend/tests/fixtures/compose/compose-spec.json"


def _commands(service: dict[str, Any]) -> Iterator[list[str]]:
    words: list[str] = service.get("command", [])
    if words[:2] == ["sh", "-c"]:
        yield from (part.split() for part in words[2].split("&&"))
    elif words:
        yield words


def _managed() -> list[tuple[str, list[str]]]:
    """Service and words behind `manage.py` of every command."""
    found = [(name, words) for name, service in OURS.items() for words in _commands(service)]
    return [(name, words[2:]) for name, words in found if words[:2] == ["python", "manage.py"]]


def test_every_command_of_the_compose_file_exists_and_takes_its_arguments() -> None:
    managed = _managed()
    assert {name for name, _ in managed} == OURS.keys() - set(WEB)
    for _, (command, *arguments) in managed:
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        parser.parse_args(arguments)  # ends the process on an argument it does not know


def test_every_queue_has_a_worker_service_of_its_own() -> None:
    served = [words[1:] for _, words in _managed() if words[0] == "rqworker"]
    assert all(len(queues) == 1 for queues in served)
    queues = {entry.queue for entry in registry.all_subscriptions()}
    assert queues <= set(settings.QUEUES)
    assert sorted(queue for [queue] in served) == sorted(settings.QUEUES)


def test_the_compose_file_starts_the_same_processes_as_make_run() -> None:
    roles = {name.removeprefix("worker-") for name in OURS} - {"migrate", "web-spare"}
    assert roles == {spec.name for spec in product_specs()}


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_gets_the_settings_it_needs(name: str) -> None:
    service = OURS[name]
    assert service["env_file"] == ".env"
    assert {"DATABASE_URL", "REDIS_URL"} <= service["environment"].keys() <= settings_read()
    assert "./secrets:/app/secrets:ro" in service["volumes"]  # the key file of GOOGLE_CREDENTIALS_FILE
    assert set(service["depends_on"]) == ({"postgres"} if name == "migrate" else {"migrate", "redis"})


def test_the_addresses_in_the_compose_file_are_those_of_its_own_servers() -> None:
    environment = OURS["web"]["environment"]
    postgres = SERVICES["postgres"]["environment"]
    url = urlsplit(environment["DATABASE_URL"].replace(":?set it in .env", ""))
    assert (url.username, url.path[1:]) == (postgres["POSTGRES_USER"], postgres["POSTGRES_DB"])
    assert {"postgres", "redis"} == {url.hostname, urlsplit(environment["REDIS_URL"]).hostname}


def test_the_proxy_holds_the_port_and_passes_to_the_web_service() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    proxy = (CHECKOUT / "deploy/compose/proxy.conf").read_text()
    assert f"listen {SERVICES['proxy']['ports'][0].rpartition(':')[2]};" in proxy
    assert f"proxy_pass http://$backend:{OURS['web']['environment']['PORT']};" in proxy
    assert "set $backend web;" in proxy


def test_the_spare_is_like_the_web_service_and_runs_in_updates_only() -> None:
    spare = dict(OURS["web-spare"])
    assert spare.pop("profiles") == ["update"]
    assert spare == OURS["web"]


def test_the_compose_file_follows_the_schema_of_the_specification() -> None:
    sums = re.findall(r"[0-9a-f]{64}", (SCHEMA.parent / "README.md").read_text())
    assert sums == [hashlib.sha256(SCHEMA.read_bytes()).hexdigest()]
    judge = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in judge.iter_errors(COMPOSE)] == []
    misspelt = {**COMPOSE, "services": {"web": {**OURS["web"], "helthcheck": {}}}}
    assert not judge.is_valid(misspelt)


def test_every_variable_of_the_compose_file_stands_in_the_example_file() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (CHECKOUT / "compose.yaml").read_text()))
    assert used
    assert used <= example_settings().keys()


def test_a_stopping_container_has_longer_than_its_worker_takes() -> None:
    graces = {name: service["stop_grace_period"] for name, service in {**OURS, "proxy": PROXY}.items()}
    assert {grace for name, grace in graces.items() if name not in (*WEB, "proxy")} == {"30s"}
    assert worker.GRACE_SECONDS + 5 <= 30
    assert {graces[name] for name in (*WEB, "proxy")} == {"60s"}
    assert settings.SYNC_WAIT_SECONDS < gunicorn_conf.graceful_timeout < 60


def test_the_image_starts_the_web_process_and_asks_for_its_health_as_the_launcher_does() -> None:
    started, asked = (json.loads(words) for words in re.findall(r"CMD (\[.*\])", DOCKERFILE)[::-1])
    [web] = [spec for spec in product_specs() if spec.entrance]
    launched = [word.replace(f"{CHECKOUT}/", "") for word in web.command[2:]]
    assert started == launched
    assert asked[:2] == ["python", "-m"]
    assert find_spec(asked[2]) is not None
    for name in WEB:
        assert OURS[name]["healthcheck"]["test"] == ["CMD", *asked, "/health/ready"]


def test_the_image_keeps_the_prompts_and_leaves_out_secrets_and_data() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text().split()
    assert {".env", "secrets", "var", ".git"} <= set(ignored)
    assert "**/*.md" not in ignored  # the shipped prompts are such files
    assert list((CHECKOUT / "ai" / "prompts").glob("*.md"))
