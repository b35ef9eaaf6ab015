"""Log lines tell what happened, never who or with which secret."""

import json
import logging

import pytest

from botbackend.lib.logs import JsonFormatter, redact


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("Authorization: Bearer sk-ant-abcdef123456", "sk-ant-abcdef123456"),
        ('POST /webhook/sendpulse/s3cr3t-path HTTP/1.1"', "s3cr3t-path"),
        ("Not Found: /webhook/sendpulse/half/s3cr3t-rest", "s3cr3t-rest"),
        ("Not Found: /webhook/sendpuls/s3cr3t-path", "s3cr3t-path"),
        ("Not Found: /Webhook/SendPulse//s3cr3t-path/", "s3cr3t-path"),
        ("Not Found: /webhook/s3cr3t-path", "s3cr3t-path"),
        ("GET /calendar/s3cr3t-token-of-a-feed.ics", "s3cr3t-token"),
        ("Not Found: //Calendar//s3cr3t-token-of-a-feed", "s3cr3t-token"),
        ("client_secret=topsecretvalue&x=1", "topsecretvalue"),
        ('{"access_token": "eyJhbGciOi"}', "eyJhbGciOi"),
        ("call +380 67 111 22 33 back", "111 22 33"),
    ],
)
def test_secrets_and_phones_are_masked(line: str, hidden: str) -> None:
    assert hidden not in redact(line)


def test_ids_and_times_stay_readable() -> None:
    assert redact("task 123456 of dialogue 42 at 17:30") == "task 123456 of dialogue 42 at 17:30"


def test_a_line_is_one_json_object_with_its_context() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "sent %s", ("ok",), None)
    record.dialogue = 7
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["dialogue"], line["level"]) == ("sent ok", 7, "INFO")
    assert line["time"].endswith("+00:00")


def test_a_traceback_quotes_nothing_that_people_wrote() -> None:
    try:
        try:
            raise ValueError("no number: Adelaide")
        except ValueError as error:
            raise KeyError("Adelaide") from error
    except KeyError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), (type(error), error, None))
    line = json.loads(JsonFormatter().format(record))["error"]
    assert "no number: Adelaide" not in line.replace('raise ValueError("no number: Adelaide")', "")
    assert line.index("ValueError") < line.index("KeyError")
    assert __file__ in line
