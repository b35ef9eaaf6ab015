"""Every handler named by a dotted path exists; a misspelt one would only be noticed at night."""

import subprocess
import sys

import pytest

from botbackend.outbox import registry

PROBE = """
import django; django.setup()
from botbackend.outbox import registry
for entry in registry.all_subscriptions():
    assert callable(entry.handler), entry.name
    assert entry.on_dead is None or callable(entry.on_dead), entry.name
print(len(registry.all_subscriptions()))
"""
LIGHT = """
import sys, django; django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(sorted(name for name in ("anthropic", "gspread") if name in sys.modules))
"""


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_registered_path_leads_to_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "botbackend.settings")
    assert int(_run(PROBE)) >= 10


def test_the_web_does_not_import_the_sdks_that_only_workers_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "botbackend.settings")
    assert _run(LIGHT) == "[]"


def test_a_dotted_path_is_imported_when_it_is_first_needed() -> None:
    registry.subscribe("t", "os.path.join", name="by.path", queue="default")
    entry = registry.subscription("by.path")
    assert entry is not None
    assert entry.handler("a", "b") == "a/b"  # type: ignore[call-arg, arg-type]  # not a handler


def test_a_worker_imports_the_handlers_of_its_queue_and_no_others_before_it_works() -> None:
    registry.subscribe("thing.done", "colorsys.rgb_to_hls", name="test.late", queue="turns")
    sys.modules.pop("colorsys", None)
    registry.preload("sheets")
    assert "colorsys" not in sys.modules
    registry.preload("turns")
    assert "colorsys" in sys.modules
