"""The web server's configuration under a real gunicorn."""

import io
import logging
import urllib.request
from pathlib import Path

from gunicorn.config import Config

from botbackend.gunicorn_conf import RedactingLogger
from botbackend.health_probe import ask_health
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import GUNICORN_CONF
from botbackend.workshop.launcher.tests.factories import WAIT_SECONDS, Launch

APPLICATION = "botbackend.workshop.launcher.tests.tiny_app"


def test_the_access_log_shows_no_secret_of_an_address(launch: Launch, tmp_path: Path) -> None:
    port = free_port()
    command = ("-m", "gunicorn", APPLICATION, "-c", str(GUNICORN_CONF), "--no-control-socket")
    process = launch(*command, variables={"PORT": str(port), "LOG_DIR": str(tmp_path)})
    assert wait_until(lambda: ask_health(port, {})[0] == 200, WAIT_SECONDS)
    secret = ("/webhook/sendpulse/s3cret", "/webhook/sendpulse?secret=s3cret", "/calendar/s3cret-feed.ics")
    misspelt = ("//webhook//sendpulse/s3cret", "/Webhook/s3cret")
    for path in (*secret, *misspelt, "/projects/7/stats?x=1"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            assert answer.read() == b"fine"
    process.terminate()
    assert process.wait(timeout=WAIT_SECONDS) == 0
    log = (tmp_path / "access.log").read_text()
    assert '"GET /webhook/sendpulse/***" 200' in log
    assert '"GET /projects/7/stats" 200' in log
    assert "s3cret" not in log
    assert all(line.endswith(" tiny-request") for line in log.splitlines() if "/health" not in line)


def test_the_error_log_shows_none_either() -> None:
    logger, said = RedactingLogger(Config()), io.StringIO()
    [handler] = logger.error_log.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(said)
    logger.warning(
        "Invalid request from ip=192.0.2.1: %s", "Invalid HTTP Version: /webhook/sendpulse/s3cret HTP/1"
    )
    try:
        raise ValueError("/calendar/s3cret.ics")
    except ValueError:
        logger.exception("Error handling request %s", "/webhook/sendpulse/s3cret")
    lines = said.getvalue()
    assert "s3cret" not in lines
    assert "Error handling request /webhook/sendpulse/***" in lines
    assert "test_gunicorn_conf.py" in lines
    assert "<phone>" not in lines.splitlines()[0], "the time of the line stays"
