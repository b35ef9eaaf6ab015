"""Settings refuse nonsense and name the variable."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from botbackend.lib import env


@pytest.mark.parametrize(("raw", "meant"), [("True", True), ("1", True), ("off", False), ("", False)])
def test_a_flag_is_a_clear_yes_or_no(monkeypatch: pytest.MonkeyPatch, raw: str, meant: bool) -> None:
    monkeypatch.setenv("DEBUG", raw)
    assert env.flag("DEBUG") is meant


def test_an_unclear_flag_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"DEBUG.*maybe"):
        env.flag("DEBUG")


@pytest.mark.parametrize("raw", ["80.5", "0", "70000", "http"])
def test_a_port_outside_its_range_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    monkeypatch.setenv("PORT", raw)
    with pytest.raises(ImproperlyConfigured, match="PORT"):
        env.number("PORT", 8000, low=1, high=65535)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", " ")
    monkeypatch.setenv("ALLOWED_HOSTS", "")
    assert env.number("PORT", 8000, low=1, high=65535) == 8000
    assert env.words("ALLOWED_HOSTS", "127.0.0.1,localhost") == ["127.0.0.1", "localhost"]


def test_numbered_keys_keep_their_order_and_skip_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"X_KEY_10": "ten", "X_KEY_2": "two", "X_KEY_3": " ", "X_KEY_OLD": "no"}.items():
        monkeypatch.setenv(name, value)
    assert env.numbered("X_KEY_") == ["two", "ten"]


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("X_FROM_FILE=file\nX_FROM_BOTH=file\n")
    monkeypatch.setenv("X_FROM_BOTH", "environment")
    monkeypatch.delenv("X_FROM_FILE", raising=False)
    env.load_dotenv(file)
    assert (env.text("X_FROM_FILE"), env.text("X_FROM_BOTH")) == ("file", "environment")
    monkeypatch.delenv("X_FROM_FILE")


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("", None),
        ("2027-06-30", "2027-06-30T00:00:00+00:00"),
        ("2027-06-30T18:00:00+03:00", "2027-06-30T18:00:00+03:00"),
    ],
)
def test_a_moment_is_a_date_or_an_hour_of_it(
    monkeypatch: pytest.MonkeyPatch, raw: str, meant: str | None
) -> None:
    monkeypatch.setenv("SECURITY_EXPIRES", raw)
    found = env.moment("SECURITY_EXPIRES")
    assert (found and found.isoformat()) == meant


def test_what_is_no_moment_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_EXPIRES", "next summer")
    with pytest.raises(ImproperlyConfigured, match=r"SECURITY_EXPIRES.*next summer"):
        env.moment("SECURITY_EXPIRES")
