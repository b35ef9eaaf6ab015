"""The web server's configuration under a real gunicorn."""

import urllib.request
from pathlib import Path

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
