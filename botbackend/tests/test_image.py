"""The container image, built step by step in a folder: what is in it starts, answers and ends."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from botbackend.outbox.tests.processes import database_url
from botbackend.tests.checkout import CHECKOUT
from botbackend.tests.image import Image
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.processes import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECRETS = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "REDIS_URL")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(tmp_path_factory.mktemp("image")).build()


@pytest.fixture
def served(image: Image, transactional_db: None) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The image's command on a loopback port, and its variables."""
    variables = {name: os.environ[name] for name in SECRETS} | {"DATABASE_URL": database_url()}
    variables |= {"PORT": str(free_port()), "BIND_ADDRESS": "127.0.0.1", "WEB_WORKERS": "1"}
    with image.run(image.command, variables) as process:
        yield process, variables
        process.kill()


def test_every_step_that_this_machine_can_take_makes_what_it_should(image: Image) -> None:
    assert image.base.startswith("python:3.11")
    assert image.user == "app"
    if "useradd" not in image.passed_over:
        assert "\napp:x:10001:" in (image.root / "etc/passwd").read_text()
    assert not list((image.root / "tmp").iterdir())  # no layer keeps what it only needed for a moment


def test_it_holds_what_the_product_reads_and_nothing_else(image: Image) -> None:
    held = {str(path.relative_to(image.folder)) for path in image.folder.rglob("*")}
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.html", "*.js", "*.css", "*.mo", "ai/**/*.md"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    outside = ("botbackend/workshop/", "deploy/", "docs/", ".ci/")
    needed = {
        path
        for path in tracked
        if "tests" not in Path(path).parts[:-1] and not path.startswith(outside) and path != "conftest.py"
    }
    assert len(needed) > 500
    assert needed <= held
    tops = {path.split("/")[0] for path in held}
    assert not tops & {".env", ".git", ".venv", "var", "secrets", "deploy", "README.md"}
    assert not [path for path in held if "/tests/" in path or path.startswith("botbackend/workshop/")]


def test_it_serves_is_found_healthy_and_ends_when_told(
    image: Image, served: tuple[subprocess.Popen[str], dict[str, str]]
) -> None:
    process, variables = served

    def is_healthy() -> bool:
        with image.run(image.health, variables) as probe:
            probe.communicate()
        return probe.returncode == 0

    assert wait_until(lambda: is_healthy() or process.poll() is not None, 60)
    assert process.poll() is None
    with image.run([*image.health, "/health/ready"], variables) as probe:
        told = probe.communicate()[0]
    assert probe.returncode == 0, told
    process.send_signal(signal.Signals[image.stop_signal])
    assert process.wait(timeout=20) == 0


def test_its_own_commands_find_nothing_wrong(image: Image, transactional_db: None) -> None:
    variables = {name: os.environ[name] for name in SECRETS} | {"DATABASE_URL": database_url()}
    with image.run(["python", "manage.py", "check"], variables) as process:
        told = process.communicate()[0]
    assert process.returncode == 0, told
