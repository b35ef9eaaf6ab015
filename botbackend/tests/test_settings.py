"""Settings as a process sees them that starts with a given environment."""

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from botbackend.tests.checkout import CHECKOUT, example_settings

MAIL = (
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_USE_TLS",
    "EMAIL_USE_SSL",
)


def _settings(names: tuple[str, ...], **variables: str) -> list[Any]:
    code = f"import json, botbackend.settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("", ["localhost", 25, "", "", False, False]),
        ("smtp://relay:2525", ["relay", 2525, "", "", False, False]),
        ("smtp+tls://me:p%40ss@mail.example.com", ["mail.example.com", 587, "me", "p@ss", True, False]),
        ("smtp+ssl://mail.example.com", ["mail.example.com", 465, "", "", False, True]),
    ],
)
def test_one_url_says_where_mail_to_staff_goes(url: str, wanted: list[Any]) -> None:
    assert _settings(MAIL, EMAIL_URL=url) == wanted


def test_the_example_file_as_it_stands_means_the_defaults() -> None:
    given = example_settings()
    names = (
        *("WORKER_THREADS", "WORKER_CONNECTIONS", "WEB_THREADS", "TURN_SECONDS", "SENDPULSE_PER_SECOND"),
        *("ALLOWED_HOSTS", "CONN_MAX_AGE", "API_KEY_REQUESTS_PER_MINUTE", "PORT", "CLAUDE_API_KEYS"),
    )
    empty = dict.fromkeys(given, "")
    found, defaults = _settings(names, **given), _settings(names, **empty)
    local = names.index("ALLOWED_HOSTS")
    assert set(found.pop(local)) <= set(defaults.pop(local))
    assert found == defaults


OLD_ZONES = """
import datetime, django, zoneinfo
from django.core.exceptions import ValidationError
django.setup()
from projects.zones import check_zone
noon = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
offsets = [int(noon.astimezone(zoneinfo.ZoneInfo(name)).utcoffset().total_seconds()) for name in ZONES]
try:
    check_zone("Mars/Olympus")
    print(offsets, "known")
except ValidationError:
    print(offsets, "unknown")
"""


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Europe/Warsaw", "America/New_York"])
def test_zone_files_of_the_machine_do_not_count(zone: str, tmp_path: Path) -> None:
    # Tokyo under the zone's name, and a zone that only this machine knows.
    tokyo = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    for name in (zone, "Mars/Olympus"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(tokyo)
    done = subprocess.run(
        [sys.executable, "-c", OLD_ZONES.replace("ZONES", repr([zone]))],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONTZPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "botbackend.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    hours = {"Europe/Kyiv": 3, "Europe/Warsaw": 2, "America/New_York": -4}[zone]
    assert done.stdout.strip() == f"[{hours * 3600}] unknown"
