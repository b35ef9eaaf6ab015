"""System checks of the settings: what is missing is named before anything starts."""

import ipaddress
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from botbackend.security_txt import contact_address
from sheets.keyfiles import key_files

# These write files only and must work on a checkout without any configuration.
FILE_COMMANDS = {"makemigrations", "makemessages", "compilemessages", "collectstatic", "spectacular"}
SHORTEST_KEY, SHORTEST_TOKEN = 32, 20
_ADDRESSES = (
    "CLAUDE_BASE_URL",
    "SENDPULSE_BASE_URL",
    "GOOGLE_API_BASE_URL",
    "TELEGRAM_BASE_URL",
    "TRANSCRIPTION_URL",
)
_DSN = re.compile(r"https?://[^@/\s:]+(?::[^@/\s]+)?@[^@/\s]+/(?:\S+/)?\d+")
_CONTACT = re.compile(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://\S+|tel:[+\d-]+")


@register("settings")
def check_settings(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Report settings that are missing, malformed or dangerous."""
    if len(sys.argv) > 1 and sys.argv[1] in FILE_COMMANDS:
        return []
    return [*_missing(), *_short(), *_malformed(), *_dangerous(), *_unfit_for_the_internet()]


def _has_secret_key() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return False


def _missing() -> Iterator[CheckMessage]:
    # While somebody develops with DEBUG on, a part that is not needed at the moment may be missing.
    kind: Callable[..., CheckMessage] = Warning if settings.DEBUG else Error
    if not _has_secret_key():
        yield Error(
            "SECRET_KEY is not set.",
            hint='Generate one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            id="botbackend.E001",
        )
    if not settings.FIELD_ENCRYPTION_KEYS:
        yield Error(
            "FIELD_ENCRYPTION_KEYS is not set: personal data could be neither written nor read.",
            hint="Generate one: python -c "
            '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"',
            id="botbackend.E002",
        )
    if not settings.DATABASE_URL:
        yield kind(
            "DATABASE_URL is not set.",
            hint="postgresql://user:password@host/name; `make run` starts an embedded server without it.",
            id="botbackend.E004",
        )
    # Of poolers any will do: which server they lead to is for them to know.
    if _may_be_a_standby(settings.DATABASES.get("direct", settings.DATABASES["default"])):
        yield Error(
            "Several PostgreSQL hosts are named, and not which of them is wanted: it could be a standby.",
            hint="Add ?target_session_attrs=read-write to the address; docs/operations.md, Several hosts.",
            id="botbackend.E009",
        )
    if not settings.REDIS_URL and not settings.REDIS_SENTINELS:
        yield kind(
            "REDIS_URL is not set.",
            hint="redis://host:6379/0; `make run` starts an embedded server without it.",
            id="botbackend.E005",
        )


def _may_be_a_standby(database: Mapping[str, Any]) -> bool:
    wanted = database.get("OPTIONS", {}).get("target_session_attrs")
    return "," in str(database.get("HOST", "")) and wanted not in ("read-write", "primary")


def _short() -> Iterator[CheckMessage]:
    """A short key of before stays: with another one nobody would find clients and salons any more."""
    if _has_secret_key() and len(settings.SECRET_KEY) < SHORTEST_KEY:
        yield Warning(
            f"SECRET_KEY is shorter than {SHORTEST_KEY} characters: sessions and the search for clients by"
            " phone rest on it.",
            hint="It cannot be changed once there is data; a new installation must begin with a longer one.",
            id="botbackend.W007",
        )
    if 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield Warning(
            f"METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters: it could be guessed.",
            hint='Generate one: python -c "import secrets; print(secrets.token_urlsafe(24))"',
            id="botbackend.W008",
        )


@register(Tags.database)
def check_new_installation(databases: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse to fill an empty database under a key that could be guessed: `migrate` asks before it begins."""
    is_short = _has_secret_key() and len(settings.SECRET_KEY) < SHORTEST_KEY
    if not is_short or "default" not in (databases or ()):
        return []
    try:
        if "django_migrations" in connection.introspection.table_names():
            return []
    except DatabaseError:
        return []  # whoever asks for its tables next tells of it
    return [
        Error(
            f"SECRET_KEY is shorter than {SHORTEST_KEY} characters.",
            hint='Generate one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            id="botbackend.E008",
        )
    ]


def _malformed() -> Iterator[CheckMessage]:
    for number, key in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            yield Error(
                f"Key {number} of FIELD_ENCRYPTION_KEYS is no Fernet key.",
                hint="Each is 32 random bytes in URL-safe base64, 44 characters, separated by commas.",
                id="botbackend.E003",
            )
    if not all(Path(file).is_file() for file in key_files()):
        yield Warning(
            "GOOGLE_CREDENTIALS_FILE does not exist: no spreadsheet will be written.",
            hint="Put the JSON key file of the service account there.",
            id="botbackend.W001",
        )
    if settings.SENTRY_DSN and not _DSN.fullmatch(settings.SENTRY_DSN):
        yield Warning(
            "SENTRY_DSN is not an address of Sentry: no error will be sent.",
            hint="Copy the DSN of the project: https://<key>@<host>/<number>.",
            id="botbackend.W009",
        )


def _dangerous() -> Iterator[CheckMessage]:
    if settings.DEBUG and any(not _is_local(host) for host in settings.ALLOWED_HOSTS):
        yield Error(
            "DEBUG is on while ALLOWED_HOSTS names public hosts: error pages would show everything.",
            hint="Set DEBUG=false.",
            id="botbackend.E006",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Warning(
            'ALLOWED_HOSTS is "*": any Host header is believed.',
            hint="Name the hosts under which the service is reached.",
            id="botbackend.W002",
        )
    for name in _ADDRESSES:
        url = urlsplit(getattr(settings, name))
        if url.scheme == "http" and not _is_local(url.hostname or ""):
            yield Error(
                f"{name} is not https: secrets and messages would travel in the clear.",
                hint="Use https, or a loopback address for a stand-in.",
                id="botbackend.E007",
            )


def _unfit_for_the_internet() -> Iterator[CheckMessage]:
    if settings.SECURE_HSTS_SECONDS and not settings.BEHIND_PROXY:
        yield Warning(
            "HSTS_SECONDS is set, and no request is known to have come by https: nobody is told.",
            hint="Set BEHIND_PROXY=true behind the proxy that ends TLS.",
            id="botbackend.W003",
        )
    contacts, expires = settings.SECURITY_CONTACT, settings.SECURITY_EXPIRES
    if wrong := [one for one in contacts if not _CONTACT.fullmatch(contact_address(one))]:
        yield Warning(
            f"SECURITY_CONTACT is neither an e-mail address nor an https address: {', '.join(wrong)}.",
            hint="RFC 9116 wants addresses that a program can open.",
            id="botbackend.W004",
        )
    if bool(contacts) != (expires is not None):
        yield Warning(
            "Of SECURITY_CONTACT and SECURITY_EXPIRES only one is set: there is no security.txt.",
            hint="Name both, or none.",
            id="botbackend.W005",
        )
    elif expires is not None and expires < datetime.now(UTC):
        yield Warning(
            f"security.txt is out of date since {expires:%Y-%m-%d}: nobody may rely on it.",
            hint="See whether SECURITY_CONTACT still holds, then set SECURITY_EXPIRES up to a year ahead.",
            id="botbackend.W006",
        )


def _is_local(host: str) -> bool:
    name = host.strip("[]").lower()
    if name in {"localhost", "testserver"} or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
