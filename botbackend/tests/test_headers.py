"""Every answer bridles the browser, whoever made it: a view, a refusal before it, an error, a file."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django_rq import get_queue
from pytest_django import Settings

from botbackend import urls
from botbackend.salon_api.docs.views import docs
from projects.models import Project
from projects.page_policy import DATA, PAGE
from projects.tests.factories import bearer, make_key, make_project, make_staff

pytestmark = pytest.mark.django_db
LONG = "m" * (1024 * 1024 + 1)


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("fails", fail), path("projects/x/fails", fail), path("api/docs", docs), *urls.urlpatterns]


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Addresses of every route there is, with something in the place of each parameter."""
    for entry in resolver.url_patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, whole)
        elif isinstance(entry, URLPattern):
            plain = re.sub(r"\(\?P<\w+>[^()]*\)|<[^>]+>|\([^()]*\)\??", "1", whole)
            yield "/" + re.sub(r"[\^$\\]|\.\*", "", plain)


def faults_of(answer: Any, *, policy: str = "") -> list[str]:
    """What an answer lacks."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": policy or (PAGE if is_page else DATA),
    }
    found = [name for name, value in wanted.items() if answer.headers.get(name) != value]
    return found + [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("who", ["nobody", "the operator"])
def test_every_route_answers_with_all_headers(who: str) -> None:
    browser = Client(raise_request_exception=False)
    if who == "the operator":
        browser.force_login(make_staff(is_superuser=True))
    addresses = sorted(set(routes(get_resolver())))
    assert len(addresses) > 250
    if who == "the operator":  # each of them is drawn for somebody who may see it: a part will do
        addresses = addresses[::4]
    faults = {}
    for address in addresses:
        answer = browser.get(address)
        of_rq = address.startswith("/admin/django_rq/") and who == "the operator"
        policy = str(answer.headers.get("Content-Security-Policy")) if of_rq else ""
        if found := faults_of(answer, policy=policy):
            faults[address] = found
    assert faults == {}


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("method", "address", "status", "given"),
    [
        ("get", "/nowhere", 404, {}),
        ("get", "/projects/nowhere", 404, {}),
        ("get", "/fails", 500, {}),
        ("get", "/projects/x/fails", 500, {}),
        ("put", "/webhook/sendpulse", 405, {}),
        ("post", "/webhook/sendpulse/wrong", 401, {}),
        ("post", "/projects/x/config", 413, {"data": LONG, "content_type": "application/json"}),
        ("post", "/admin/login/", 403, {}),
        ("get", "/health", 400, {"headers": {"host": "elsewhere.example.com"}}),
        ("get", "/static/salon_api/api_docs.css", 200, {}),
        ("get", "/static/nowhere.css", 404, {}),
        ("get", "/health/", 301, {}),
        ("get", "/metrics", 200, {}),
    ],
)
def test_refusals_errors_and_files_have_them_too(
    method: str, address: str, status: int, given: dict[str, Any], settings: Settings
) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = "the-one-of-the-installation"
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = getattr(browser, method)(address, **given)
    answer.close()
    assert (answer.status_code, faults_of(answer)) == (status, [])


@pytest.mark.urls(__name__)
def test_whoever_develops_sees_the_whole_page_of_an_error() -> None:
    with override_settings(DEBUG=True):
        assert "Content-Security-Policy" not in Client(raise_request_exception=False).get("/fails").headers


def test_the_page_of_the_interface_holds_no_style_of_its_own() -> None:
    answer = Client().get("/api/docs")
    assert answer["Content-Security-Policy"] == PAGE
    assert "<style" not in answer.content.decode()
    assert "style=" not in answer.content.decode()
    assert "unsafe" not in PAGE


def test_pages_of_rq_run_what_django_rq_wrote_and_nothing_else() -> None:
    get_queue("turns").enqueue(print, "<script>alert('a client wrote it')</script>")
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    tried = 0
    for name in ("admin:django_rq_jobs", "admin:django_rq_clear"):
        answer = browser.get(reverse(name, args=[0]))
        assert answer.status_code == 200
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "alert('a client" not in answer.content.decode()
        for kind, text in re.findall(r"<(script|style)[^>]*>(.*?)</\1>", answer.content.decode(), re.S):
            if not text:
                continue
            tried += 1
            digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in re.search(rf"{kind}-src [^;]+", policy)[0]  # type: ignore[index]  # it is there
    assert tried >= 2


def test_browsers_are_kept_to_https_where_the_operator_says_so(settings: Settings) -> None:
    assert "Strict-Transport-Security" not in Client().get("/", secure=True).headers
    settings.SECURE_HSTS_SECONDS = 3600
    project = make_project()
    for address in ("/", "/admin/login/", f"/projects/{project.slug}/stats", "/nowhere"):
        answer = Client().get(address, headers=bearer(make_key(project)), secure=True)
        assert answer["Strict-Transport-Security"] == "max-age=3600"
    assert "Strict-Transport-Security" not in Client().get("/").headers


# --- security.txt ---------------------------------------------------------------------------------------

WHERE = "/.well-known/security.txt"


def test_whoever_finds_a_hole_is_told_whom_to_write_to(settings: Settings) -> None:
    settings.SECURITY_CONTACT = ["security@example.com", "https://example.com/report"]
    settings.SECURITY_EXPIRES = datetime(2027, 6, 30, tzinfo=UTC)
    answer = Client().get(WHERE, secure=True)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().split("\r\n") == [
        "Contact: mailto:security@example.com",
        "Contact: https://example.com/report",
        "Expires: 2027-06-30T00:00:00+00:00",
        f"Canonical: https://testserver{WHERE}",
        "",
    ]
    assert "Canonical" not in Client().get(WHERE).content.decode()


@pytest.mark.parametrize("lacks", ["SECURITY_CONTACT", "SECURITY_EXPIRES"])
def test_without_contact_or_end_there_is_no_such_file(settings: Settings, lacks: str) -> None:
    settings.SECURITY_CONTACT, settings.SECURITY_EXPIRES = ["a@example.com"], datetime(2027, 1, 1, tzinfo=UTC)
    assert Client().get(WHERE).status_code == 200
    setattr(settings, lacks, [] if lacks == "SECURITY_CONTACT" else None)
    assert Client().get(WHERE).status_code == 404
    assert not Project.objects.exists()
