"""A real browser: Debian's Chromium, driven through pages of a server that runs in the test's process."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

WIDTHS = {1366: 820, 390: 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this run; without one the tests are passed over, but never in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: .ci/run must install it.")
        pytest.skip("There is no Chromium on this machine (Debian: apt-get install chromium).")
    # The driver runs a loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=sorted(WIDTHS, reverse=True), ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    """The width of a desk's screen, then of a phone's."""
    return int(request.param)


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, width: int) -> Iterator[Visit]:
    """Open the browser for somebody: `visit(user)` is their page, signed in; its errors fail the test.

    `trouble` is what the test makes go wrong, as the browser words it: `401`, `ERR_INTERNET_DISCONNECTED`.
    """
    contexts, errors = [], []

    def open_page(
        user: User, *, language: str = "en-GB", zone: str = "Europe/Kyiv", trouble: tuple[str, ...] = ()
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": WIDTHS[width]},
            has_touch=width < 600,
            locale=language,
            timezone_id=zone,
        )
        contexts.append(context)
        signing = Client()
        signing.force_login(user)
        key = signing.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.extend(_trouble(said.type, said.text, trouble)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def _trouble(kind: str, text: str, expected: tuple[str, ...]) -> list[str]:
    """Return what breaks the page's policy, and scripts that failed.

    A form's refusal (409, 422) is none, nor a question that a newer one took the place of (`hx-sync`).
    """
    fine = ("409", "422", "htmx:afterRequest", "htmx:sendAbort", *expected)
    return [text] if kind == "error" and not any(code in text for code in fine) else []
