"""The web server's error log quotes requests that it cannot read, and no secret of theirs."""

import io
import logging

from gunicorn.config import Config

from botbackend.gunicorn_conf import RedactingLogger


def test_the_error_log_shows_no_secret_of_an_address() -> None:
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
    assert "test_error_log.py" in lines
    assert "<phone>" not in lines.splitlines()[0], "the time of the line stays"
