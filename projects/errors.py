"""One shape for every refusal over HTTP: {"error": {"code", "message", "fields"}}."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from botbackend.lib.errors import DomainError

CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "server_error",
    503: "unavailable",
}
MESSAGES = {
    400: "The request is not valid.",
    401: "Send `Authorization: Bearer <api key>` with a key of this project.",
    403: "This key may not do that.",
    404: "There is no such thing here.",
    413: "The body is larger than 1 MiB.",
    415: "Send JSON with `Content-Type: application/json`.",
    429: "Too many requests; see Retry-After.",
    500: "Something went wrong on our side. It has been logged.",
    503: "The database does not answer. Try again in a moment.",
}


class InvalidInput(DomainError):
    """What the caller sent breaks the contract; `fields` names every mistake with its path."""

    code = "invalid"
    http_status = 400


class InvalidJSON(DomainError):
    """The body cannot be read as JSON at all."""

    code = "invalid_json"
    http_status = 400


class ReadOnlyKey(DomainError):
    """A key with the scope "read" was used to change something."""

    code = "read_only_key"
    http_status = 403


def envelope(
    status: int, *, code: str = "", message: str = "", fields: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """Return the body of a refusal; code and message default to those of the HTTP status."""
    return {
        "error": {
            "code": code or CODES.get(status, "error"),
            "message": message or MESSAGES.get(status) or HTTPStatus(status).phrase,
            "fields": dict(fields or {}),
        }
    }


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn domain errors and DRF's own into the envelope; what is unforeseen goes on and is logged."""
    response = _response(error)
    if response is not None:
        set_rollback()
    return response


def _response(error: Exception) -> Response | None:
    if isinstance(error, DomainError):
        return _domain_response(error)
    if isinstance(error, Http404):
        return Response(envelope(404), status=404)
    if isinstance(error, PermissionDenied):
        return Response(envelope(403), status=403)
    if isinstance(error, (OperationalError, InterfaceError)):
        return Response(envelope(503), status=503, headers={"Retry-After": "5"})
    if isinstance(error, exceptions.APIException):
        return _api_response(error)
    return None


def _domain_response(error: DomainError) -> Response:
    status = getattr(error, "http_status", 400)
    body = envelope(status, code=error.code, message=error.message, fields=error.fields)
    extra = getattr(error, "extra", None)
    return Response(body | (extra() if extra is not None else {}), status=status)


def _api_response(error: exceptions.APIException) -> Response:
    headers = {}
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        headers["WWW-Authenticate"] = "Bearer"
        return Response(envelope(401), status=401, headers=headers)
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, ceil(getattr(error, "wait", None) or 1)))
    code = "invalid_json" if isinstance(error, exceptions.ParseError) else ""
    message = str(error.detail) if isinstance(error, exceptions.MethodNotAllowed) else ""
    return Response(
        envelope(error.status_code, code=code, message=message), status=error.status_code, headers=headers
    )
