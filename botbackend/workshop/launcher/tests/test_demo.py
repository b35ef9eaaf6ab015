"""What the demo decides around its conversation."""

import json
import socket
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from botbackend.workshop.launcher.demo import demo_port, hold_demo_port
from botbackend.workshop.launcher.demo_conversation import DemoFailed, choose_start, wish
from botbackend.workshop.launcher.demo_world import SALON, clean_environment, demo_secrets, real_claude
from botbackend.workshop.launcher.run import CannotRun

KYIV = ZoneInfo("Europe/Kyiv")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=KYIV)


def test_it_asks_for_three_in_the_afternoon_of_the_first_free_day() -> None:
    assert choose_start([at(25, 15), at(24, 9), at(24, 15), at(24, 16)]) == at(24, 15)


def test_it_asks_for_the_nearest_time_if_three_is_taken() -> None:
    assert choose_start([at(24, 10), at(24, 16, 30), at(25, 15)]) == at(24, 16, 30)


def test_it_says_when_nothing_is_free() -> None:
    with pytest.raises(DemoFailed, match="no free slot"):
        choose_start([])


def test_the_client_says_tomorrow_or_names_the_day() -> None:
    assert wish(at(24, 15), date(2026, 11, 23)).endswith("до Анни завтра о 15:00")
    assert wish(at(25, 9, 30), date(2026, 11, 23)).endswith("до Анни 25 листопада о 09:30")


def test_secrets_are_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    first = demo_secrets(tmp_path)
    assert demo_secrets(tmp_path) == first
    assert len(set(first.values())) == len(first)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_nothing_of_a_real_configuration_reaches_the_demo() -> None:
    real = {
        "CLAUDE_API_KEY_3": "real",
        "GOOGLE_CREDENTIALS_FILE": "/real.json",
        "SENDPULSE_CLIENT_ID": "real",
        "DATABASE_URL": "postgresql://real",
        "SECRET_KEY": "real",
        "ALLOWED_HOSTS": "real.example.com",
    }
    harmless = {"PATH": "/bin", "HOME": "/home/me"}
    assert clean_environment({**real, **harmless}) == harmless


def test_a_key_of_claude_and_its_settings_reach_the_demo_and_nothing_else_does() -> None:
    claude = {"CLAUDE_API_KEY_1": "real", "CLAUDE_MODEL_MAIN": "claude-sonnet-5-5"}
    assert real_claude({**claude, "GOOGLE_CREDENTIALS_FILE": "/real.json"}) == claude
    assert real_claude({"CLAUDE_API_KEY_1": "", "CLAUDE_MODEL_MAIN": "claude-sonnet-5-5"}) == {}


def test_a_given_port_is_taken_or_refused_but_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        with pytest.raises(CannotRun, match=port):
            demo_port()
    assert demo_port() == int(port)


def test_every_name_in_the_demo_salon_is_known() -> None:
    salon = json.loads(SALON.read_text())
    specialists, services = set(salon["specialists"]), set(salon["services"])
    assert set(salon["prices"]) == services
    assert set(salon["buffers"]) <= services
    assert set(salon["specialist_hours"]) <= specialists
    assert set(salon["specialist_services"]) <= specialists
    assert {name for names in salon["specialist_services"].values() for name in names} == services


def test_two_demos_that_start_at_once_take_two_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with hold_demo_port() as one, hold_demo_port() as other:
        assert one.getsockname()[1] != other.getsockname()[1]
