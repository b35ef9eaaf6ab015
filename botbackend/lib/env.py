"""Reads settings from the environment; nonsense is refused with the name of the variable."""

from datetime import UTC, datetime
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
_env = environ.Env()
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def load_dotenv(path: Path) -> None:
    """Fill the environment from a `.env` file; what is already set wins."""
    if path.is_file():
        environ.Env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    """Return the variable, stripped; an empty one counts as unset, so that a copied `.env` works as it is."""
    return str(_env.str(name, default="")).strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a boolean; anything but a clear yes or no is an error."""
    raw = text(name, "true" if default else "false").lower()
    if raw in _TRUE:
        return True
    if raw in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {raw!r}")


def number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between low and high, both included."""
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}") from error
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} must be between {low} and {high}, not {value}")
    return value


def moment(name: str) -> datetime | None:
    """Return a date or a moment as ISO 8601 writes it, in UTC unless it says otherwise; None if unset."""
    raw = text(name)
    if not raw:
        return None
    try:
        value = datetime.fromisoformat(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a date such as 2027-06-30, not {raw!r}") from error
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def numbered(prefix: str) -> list[str]:
    """Return the values of prefix1, prefix2, ... in order; gaps and empty values are skipped."""
    found = [
        (int(name[len(prefix) :]), value)
        for name, value in _env.ENVIRON.items()
        if name.startswith(prefix) and name[len(prefix) :].isdigit() and value.strip()
    ]
    return [value.strip() for _, value in sorted(found)]
