"""The schema describes what is there, and the page shows it with nothing from elsewhere."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from openapi_spec_validator import OpenAPIV31SpecValidator

EXPECTED = {
    "/",
    "/health",
    "/metrics",
    "/webhook/sendpulse",
    "/webhook/sendpulse/{secret}",
    "/projects/{project_id}/config",
    "/projects/{project_id}/stats",
    "/projects/{project_id}/queue",
    "/projects/{project_id}/slots",
    "/projects/{project_id}/bookings",
    "/projects/{project_id}/sheets/hint",
}


@pytest.fixture
def schema(client: Client, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer = client.get("/api/schema")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    assert "rror" not in capfd.readouterr().err, "the generator complained"
    return found


def _routes(patterns: list[Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for item in patterns:
        if isinstance(item, URLResolver):
            found += _routes(item.url_patterns, prefix + str(item.pattern))
        elif isinstance(item, URLPattern):
            found.append("/" + prefix + str(item.pattern))
    return found


def test_the_schema_lists_every_surface(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    assert set(schema["paths"]) >= EXPECTED


def test_the_schema_is_a_valid_openapi_document(schema: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(schema).validate()


def test_no_route_of_a_project_is_missing(schema: dict[str, Any]) -> None:
    routes = [route for route in _routes(get_resolver().url_patterns) if route.startswith("/projects/")]
    assert routes
    for route in routes:
        assert re.sub(r"<\w+:(\w+)>", r"{\1}", route) in schema["paths"]


def test_projects_want_a_key_and_the_rest_does_not(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            wants = {"apiKey": []} in operation.get("security", [])
            assert wants == path.startswith("/projects/"), path


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    references = set(re.findall(r"#/components/schemas/(\w+)", str(schema)))
    assert references
    assert references <= set(schema["components"]["schemas"])


def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(
    client: Client, schema: dict[str, Any]
) -> None:
    page = client.get("/api/docs").content.decode()
    for path in schema["paths"]:
        assert path in page
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "<script" not in page


def test_both_stay_open_and_uncounted(client: Client, settings: Any) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 1
    assert {client.get("/api/schema").status_code for _ in range(3)} == {200}


def test_the_version_is_the_products() -> None:
    project = (settings.BASE_DIR / "pyproject.toml").read_text()
    assert f'version = "{settings.SPECTACULAR_SETTINGS["VERSION"]}"' in project
