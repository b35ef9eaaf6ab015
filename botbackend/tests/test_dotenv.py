"""`make env` writes a file of settings that can be used as it stands, for its owner alone."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from botbackend.health.checks import SHORTEST_KEY
from botbackend.tests.checkout import example_settings
from botbackend.workshop.launcher import dotenv
from botbackend.workshop.launcher.run_directory import CHECKOUT
from dialogues.models import is_guessable

EXAMPLE = CHECKOUT / ".env.example"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    before = os.umask(0)
    try:
        dotenv.make(EXAMPLE, tmp_path / ".env")
    finally:
        os.umask(before)
    return tmp_path / ".env"


def test_nobody_else_can_read_it_whatever_the_umask(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_its_secrets_are_new_and_long_enough_and_the_rest_is_the_example(made: Path, tmp_path: Path) -> None:
    lines = [line for line in made.read_text().splitlines() if "=" in line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    assert len(given["SECRET_KEY"]) >= SHORTEST_KEY
    assert not is_guessable(given["SENDPULSE_WEBHOOK_SECRET"])
    assert given["POSTGRES_PASSWORD"].isalnum()
    Fernet(given["FIELD_ENCRYPTION_KEYS"])
    secrets = dotenv.generated().keys()
    example = example_settings()
    assert {name for name in given if given[name] != example[name]} == secrets
    assert given.keys() == example.keys()
    dotenv.make(EXAMPLE, tmp_path / "another")
    again = (tmp_path / "another").read_text()
    assert not [name for name in secrets if f"{name}={given[name]}\n" in again]


def test_one_that_is_there_stays(made: Path) -> None:
    before = made.read_text()
    with pytest.raises(FileExistsError):
        dotenv.make(EXAMPLE, made)
    assert made.read_text() == before
