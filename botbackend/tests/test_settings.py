"""Settings as a process sees them that starts with a given environment."""

import json
import os
import subprocess
import sys
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
