"""Who may post events for whom: webhook secrets of projects, and their check in constant time."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import connection

from botbackend.lib import crypto

_KEPT_SECONDS, _MISSED_SECONDS = 2.0, 0.1  # how old the list of secrets may be; when none of it fits
VERSION = "concat(p.xmin::text, p.ctid::text, c.xmin::text, c.ctid::text)"
_READ = (
    f"SELECT p.id, c.webhook_secret, {VERSION} FROM projects_project p"  # noqa: S608 - constants
    " LEFT JOIN dialogues_channelsettings c ON c.project_id = p.id WHERE p.is_active AND "
)
_BY = {"bot": _READ + "c.sendpulse_bot_id = %s", "slug": _READ + "p.slug = %s"}


class Refusal(Exception):
    """The request is answered with this status and error code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def unauthorized() -> Refusal:
    """The secret is missing or wrong."""
    return Refusal(401, "unauthorized", "The webhook secret is missing or wrong.")


def not_configured() -> Refusal:
    """No secret is configured that could open this door."""
    return Refusal(503, "not_configured", "No webhook secret is configured for this bot.")


@dataclass(frozen=True)
class Door:
    """Where events of one bot go. `version` names the state of the rows that this was read from."""

    project_id: int
    own_secret: str
    version: str

    @property
    def secret(self) -> str:
        """The secret that opens it: the project's own, or the installation's; "" keeps it shut."""
        return self.own_secret or str(settings.SENDPULSE_WEBHOOK_SECRET)


@dataclass(frozen=True)
class Presented:
    """What a request shows for its secret, in any of the four ways, and the raw body a signature is of."""

    secrets: tuple[str, ...]
    signature: str
    body: bytes

    def __bool__(self) -> bool:
        return bool(self.secrets or self.signature)

    def opens(self, secret: str) -> bool:
        """Does anything that was shown fit? Compared in constant time."""
        if not secret:
            return False
        key = secret.encode()
        fits = [hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), key) for shown in self.secrets]
        if self.signature:
            made = hmac.new(key, self.body, hashlib.sha256).hexdigest()
            shown = self.signature.removeprefix("sha256=").strip().lower()
            fits.append(hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), made.encode()))
        return any(fits)


class Doors:
    """The doors as this process knows them.

    Entries are kept for good: what is written under one names its `version`, and the statement that writes
    stores nothing if the project's row has changed since. So a changed secret counts at once, without a query
    per request.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Door] = {}
        self._all: tuple[float, list[str]] = (float("-inf"), [])

    def find(self, by: Literal["bot", "slug"], name: str, *, fresh: bool = False) -> Door | None:
        """The door of a bot id or a project's slug; None if no active project has it."""
        known = None if fresh else self._known.get((by, name))
        return known or self._read(by, name)

    def _read(self, by: Literal["bot", "slug"], name: str) -> Door | None:
        if not name:
            return None
        with connection.cursor() as cursor:
            cursor.execute(_BY[by], [name])
            row = cursor.fetchone()
        if row is None:
            self._known.pop((by, name), None)
            return None
        door = self._known[(by, name)] = Door(row[0], crypto.decrypt(row[1]) if row[1] else "", row[2])
        return door

    def try_on(
        self, by: Literal["bot", "slug"], name: str, presented: Presented, *, fresh: bool = False
    ) -> tuple[Door | None, bool]:
        """The door of this name, and whether what was shown opens it."""
        door = self.find(by, name, fresh=fresh)
        if door is None or presented.opens(door.secret):
            return door, door is not None
        door = self.find(by, name, fresh=True)  # the secret may be new
        return door, door is not None and presented.opens(door.secret)

    def demand_any(self, presented: Presented) -> None:
        """For requests that name no known bot: it must fit some door of the installation. Raises Refusal.

        The list of secrets is read anew at most ten times a second.
        """
        for max_age in (_KEPT_SECONDS, _MISSED_SECONDS):
            secrets = self._every_secret(max_age)
            if any(presented.opens(secret) for secret in secrets):
                return
        raise unauthorized() if secrets else not_configured()

    def _every_secret(self, max_age: float) -> list[str]:
        read_at, secrets = self._all
        if time.monotonic() - read_at > max_age:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT webhook_secret FROM dialogues_channelsettings c JOIN projects_project p"
                    " ON p.id = c.project_id WHERE webhook_secret <> '' AND is_active"
                )
                secrets = [crypto.decrypt(row[0]) for row in cursor.fetchall()]
            self._all = (time.monotonic(), secrets)
        return [secret for secret in (*secrets, settings.SENDPULSE_WEBHOOK_SECRET) if secret]

    def forget(self) -> None:
        """Read everything anew next time."""
        self._known.clear()
        self._all = (float("-inf"), [])


doors = Doors()
