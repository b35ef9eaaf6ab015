"""What the generator cannot see by itself: routes outside DRF, the shape of errors, the Bearer key."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes

Json = dict[str, Any]
_JSON = "application/json"
ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {
                    "type": "object",
                    "description": 'Messages by path, such as "services.Haircut"',
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """`Authorization: Bearer <api key>`."""

    target_class = "projects.api.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> Json:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the project"}


class Schema(AutoSchema):
    """A view that names no body or answer has one nobody described: an object."""

    def get_request_serializer(self) -> Any:
        return OpenApiTypes.OBJECT

    def get_response_serializers(self) -> Any:
        return OpenApiTypes.OBJECT


def complete(result: Json, generator: Any, request: Any, public: bool) -> Json:
    """Add the webhook and /metrics, and what every operation below /projects/ may answer."""
    result["paths"] |= _webhook_paths() | {"/metrics": {"get": _metrics()}}
    result["paths"] = dict(sorted(result["paths"].items()))
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    refusals = {"400": "A mistake", "401": "No valid key", "404": "Not yours", "429": "Too many requests"}
    for part in result["components"]["schemas"]["ConfigDocument"]["properties"].values():
        part.pop("default", None)  # ours, for what is left out; there it means "stays as it was"
    for path, operations in result["paths"].items():
        if path.startswith("/projects/"):
            for operation in operations.values():
                for code, text in refusals.items():
                    operation["responses"].setdefault(code, _refusal(text))
    return result


def _refusal(text: str) -> Json:
    return {"description": text, "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}


def _metrics() -> Json:
    return {
        "operationId": "metrics",
        "summary": "Figures in Prometheus' text format, for loopback or a bearer of METRICS_TOKEN",
        "tags": ["health"],
        "responses": {"200": {"description": "Text"}, "401": {"description": "Neither of both"}},
    }


def _webhook_paths() -> Json:
    secret = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/webhook/sendpulse": {"post": _webhook("webhook", [])},
        "/webhook/sendpulse/{secret}": {"post": _webhook("webhook_with_secret", [secret])},
    }


def _webhook(name: str, parameters: list[Json]) -> Json:
    event: Json = {"type": "object", "description": "A SendPulse event, or the flow's API request"}
    counted = {key: {"type": "integer"} for key in ("accepted", "duplicates", "ignored")}
    flow = {key: {"type": ["string", "null"]} for key in ("gpt_response", "pic", "count", "user_message")}
    flow |= {"send_status": {"enum": ["TRUE", "FALSE"]}, "status": {"enum": ["200", "500"]}}
    answers: list[Json] = [{"type": "object", "properties": part} for part in (counted, flow)]
    body = {"oneOf": [event, {"type": "array", "items": event}]}
    return {
        "operationId": name,
        "summary": "Takes events in; authenticated by secret in the path, query, header, or by signature",
        "tags": ["webhook"],
        "parameters": parameters,
        "requestBody": {"required": True, "content": {_JSON: {"schema": body}}},
        "responses": {
            "200": {"description": "Taken in", "content": {_JSON: {"schema": {"oneOf": answers}}}},
            "400": _refusal("No JSON"),
            "401": _refusal("The secret is wrong"),
            "413": _refusal("Larger than 1 MiB"),
            "503": _refusal("No secret is configured, or the database is away"),
        },
    }
