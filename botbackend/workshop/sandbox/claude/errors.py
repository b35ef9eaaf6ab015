"""Errors in Claude's shape."""

from __future__ import annotations

from typing import Any

from botbackend.workshop.sandbox.wire import Reply

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def failure(status: int, message: str, **extra: Any) -> Reply:
    """An error in Claude's shape; `type` and `details` may be given."""
    kind = str(extra.pop("type", "")) or ERROR_TYPES.get(status, "api_error")
    return Reply(status, {"type": "error", "error": {"type": kind, "message": message, **extra}})
