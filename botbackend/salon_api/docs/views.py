"""GET /api/schema and /api/docs."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

from botbackend.salon_api.docs.hooks import Schema as Schema

METHODS = ("get", "post", "put", "patch", "delete")


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """OpenAPI 3 as JSON; as YAML for who accepts that first."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]


def docs(request: HttpRequest) -> HttpResponse:
    """The schema as one page, made here: no script, nothing from elsewhere."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library's own
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the same
    operations = [
        _operation(path, method, item[method])
        for path, item in schema["paths"].items()
        for method in METHODS
        if method in item
    ]
    return render(
        request,
        "salon_api/api_docs.html",
        {
            "info": schema["info"],
            "operations": operations,
            "schemas": {
                name: _pretty(part) for name, part in schema["components"].get("schemas", {}).items()
            },
        },
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    text = operation.get("description") or operation.get("summary") or ""
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-') or 'root'}",
        "path": path,
        "method": method.upper(),
        "text": text,
        "needs_key": {"apiKey": []} in operation.get("security", []),
        "parameters": operation.get("parameters", []),
        "body": _content(operation.get("requestBody", {})),
        "answers": [
            {"code": code, "text": answer.get("description", ""), "schema": _content(answer)}
            for code, answer in sorted(operation.get("responses", {}).items())
        ],
    }


def _content(part: dict[str, Any]) -> dict[str, str] | None:
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    if not schema:
        return None
    reference = str(schema.get("$ref", "")).rpartition("/")[2]
    return {"name": reference, "text": "" if reference else _pretty(schema)}


def _pretty(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2)
