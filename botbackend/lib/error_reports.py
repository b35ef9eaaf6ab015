"""Errors of all processes to one place, by Sentry's protocol, where SENTRY_DSN names one.

What leaves the machine is put together anew from a list of what may: code places, classes of errors, our own
log messages as they stand in the logs, ids. An error's own message may quote what a client wrote; requests,
variables and people are nobody's business elsewhere.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from botbackend.lib import request_ids
from botbackend.lib.logs import EXTRA, redact

FLUSH_SECONDS = 2
_PLAIN = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "logger",
    "release",
    "environment",
    "server_name",
    "sdk",
)
_OF_FRAME = (
    "filename",
    "abs_path",
    "function",
    "module",
    "lineno",
    "in_app",
    "pre_context",
    "context_line",
    "post_context",
)
_log = logging.getLogger(__name__)


def start(dsn: str, *, release: str) -> None:
    """Send what is logged as an error from now on. An address that is none is logged and changes nothing."""
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import EventHandler
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=dsn,
            release=release,
            # None that hooks into Django, RQ, Redis, HTTP or Claude: they collect what may not leave.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[DedupeIntegration(), ExcepthookIntegration(), AtexitIntegration(_wait_silently)],
            data_collection={  # has taken the place of send_default_pii=False
                "user_info": False,
                "cookies": {"mode": "off"},
                "http_headers": {"request": {"mode": "off"}},
                "http_bodies": [],
                "url_query_params": {"mode": "off"},
                "database_query_data": False,
                "queues": False,
                "stack_frame_variables": False,
            },
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            propagate_traces=False,
            shutdown_timeout=FLUSH_SECONDS,
            before_send=scrub,
        )
    except BadDsn:
        _log.error("SENTRY_DSN is not an address of Sentry; errors are not sent")
        return
    root = logging.getLogger()
    if not any(isinstance(handler, EventHandler) for handler in root.handlers):
        root.addHandler(EventHandler(level=logging.ERROR))


def start_if_wanted() -> None:
    """Start where the settings name an address."""
    if settings.SENTRY_DSN:
        start(settings.SENTRY_DSN, release=str(settings.SPECTACULAR_SETTINGS["VERSION"]))


def _wait_silently(pending: int, timeout: float) -> None:
    """Say nothing at the end of a process that still sends."""


def scrub(event: Any, hint: Mapping[str, Any]) -> Any:
    """Return a report that holds nothing but what may leave."""
    clean: dict[str, Any] = {name: event[name] for name in _PLAIN if name in event}
    record = hint.get("log_record")
    if isinstance(record, logging.LogRecord):
        clean["logentry"] = {"message": redact(record.getMessage())}
        clean["extra"] = {name: _shown(getattr(record, name)) for name in EXTRA if hasattr(record, name)}
    if "exception" in event:
        values = event["exception"].get("values") or ()
        clean["exception"] = {"values": [_error(value) for value in values]}
    if ids := request_ids.current():
        clean["tags"] = {"request": ids[0]}
        clean["extra"] = {**clean.get("extra", {}), "requests": list(ids)}
    return clean


def _error(value: Mapping[str, Any]) -> dict[str, Any]:
    """The class and where it arose, not the message."""
    frames: Sequence[Mapping[str, Any]] = (value.get("stacktrace") or {}).get("frames") or ()
    found = [{name: frame[name] for name in _OF_FRAME if name in frame} for frame in frames]
    told = {name: value.get(name) for name in ("type", "module", "mechanism")}
    return {**told, "stacktrace": {"frames": found}}


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else redact(str(value))
