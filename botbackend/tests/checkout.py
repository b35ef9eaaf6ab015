"""What the files of the checkout say, for tests that hold them against each other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands

CHECKOUT = Path(__file__).resolve().parents[2]
# Everything else that reads the environment is the launcher, which passes on what these know.
READERS = ("botbackend/settings.py", "botbackend/gunicorn_conf.py")
OTHERS = ("botbackend/staff/management/commands/create_staff.py",)


def settings_read() -> set[str]:
    """Names of all variables that the settings and gunicorn's configuration take from the environment."""
    return {name for path in READERS for name in _variables(CHECKOUT / path)}


def variables_read() -> set[str]:
    """The same and those that single commands read."""
    return settings_read() | {name for path in OTHERS for name in _variables(CHECKOUT / path)}


def _variables(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        text = ast.unparse(node) if isinstance(node, ast.Call | ast.Subscript) else ""
        found = re.match(r"(?:env\.(?P<kind>\w+)\(|os\.environ(?:\.get\(|\[))'(?P<name>[A-Z_]+)'", text)
        if found:
            yield found["name"] + ("1" if found["kind"] == "numbered" else "")


def example_settings() -> dict[str, str]:
    """The lines of .env.example."""
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def make_targets() -> set[str]:
    """What `make` knows, without the parts that only other targets call."""
    makefile = (CHECKOUT / "Makefile").read_text()
    return set(re.findall(r"^([a-z]+(?:-[a-z]+)*):", makefile, re.M)) - {"environment", "environment-dev"}


def own_commands() -> set[str]:
    """The management commands that this repository defines."""
    paths = {app.name: app.path for app in apps.get_app_configs() if "site-packages" not in app.path}
    ours = {name for name, path in paths.items() if Path(path).is_relative_to(CHECKOUT)}
    return {name for name, app in get_commands().items() if app in ours}
