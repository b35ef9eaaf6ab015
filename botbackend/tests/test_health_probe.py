"""Asking the web process how it is."""

import json

import pytest

from botbackend.health_probe import ask_health, failing_checks, host_header
from botbackend.workshop.launcher.ports import free_port


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ("", None),
        ("*", None),
        ("bot.example.com,127.0.0.1", None),
        ("bot.example.com, other.example.com", "bot.example.com"),
        (".example.com", "health.example.com"),
    ],
)
def test_it_uses_a_name_the_web_process_answers_to(allowed: str, expected: str | None) -> None:
    assert host_header({"ALLOWED_HOSTS": allowed}) == expected


def test_it_reports_that_nobody_answers() -> None:
    status, reason = ask_health(free_port(), {})
    assert status == 0
    assert "refused" in reason


def test_it_names_the_checks_that_fail() -> None:
    checks = {"database": "ok", "redis": {"status": "down"}, "sheets": {"status": "ok"}}
    assert failing_checks(json.dumps({"status": "fail", "checks": checks})) == "redis: down"


def test_it_shows_an_answer_that_is_no_health_report_as_it_is() -> None:
    assert failing_checks("<h1>Bad Request</h1>") == "<h1>Bad Request</h1>"
