"""What every page is held to at both widths."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_TARGETS = """() => [...document.querySelectorAll(
        'a, button, input, select, textarea, summary, [role=button]')]
    .filter(one => one.checkVisibility({checkVisibilityCSS: true}) && !one.closest('p, .ec, td, dd')
        && !['checkbox', 'radio', 'hidden'].includes(one.type) && !one.matches('.skip'))
    .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
    .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


def follow(link: Locator) -> None:
    """Press what leads to another page and wait until that one stands: a click alone does not wait for it."""
    with link.page.expect_navigation():
        link.click()


def assert_usable(page: Page) -> None:
    """Hold the page as it stands to what axe calls serious or critical, to its width and to its targets."""
    # The driver's own evaluation is not bound by the page's policy, which forbids foreign scripts.
    page.evaluate(_AXE)
    found: dict[str, Any] = page.evaluate("axe.run()")
    bad = [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert not bad, "\n".join(bad)
    assert page.evaluate(_WIDER) <= 0, "the page is wider than the window"
    assert page.evaluate(_TARGETS) == [], "too small to be touched"


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the page where PICTURES says: those of README are made so."""
    folder = os.environ.get("PICTURES")
    if folder and page.viewport_size:
        # To hide the caret the driver writes a style, which the page's policy forbids.
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", caret="initial")
