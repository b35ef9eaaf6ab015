"""Who may post events for whom. The secret comes first: no event is looked at before it was found good."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.models import Q

from dialogues import queries
from dialogues.models import ChannelSettings, webhook_key
from projects.models import Project


class Refusal(Exception):
    """The request is answered with this status, error code and, where one is at fault, field."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.fields = status, code, message, fields
        self.headers = headers


def unauthorized() -> Refusal:
    """The secret is missing or wrong."""
    return Refusal(401, "unauthorized", "The webhook secret is missing or wrong.")


def not_configured() -> Refusal:
    """No secret is configured that could open this door."""
    return Refusal(503, "not_configured", "No webhook secret is configured for this bot.")


@dataclass(frozen=True)
class Presented:
    """What a request shows for its secret, in any of the four ways, and the raw body a signature is of."""

    secrets: tuple[str, ...]
    signature: str
    body: bytes

    def shows(self, secret: str) -> bool:
        """Is the secret itself among what was shown? Compared in constant time."""
        key = secret.encode()
        fits = [hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), key) for shown in self.secrets]
        return bool(secret) and any(fits)

    def is_signed_with(self, secret: str) -> bool:
        """Is the signature that of the body under this secret? Compared in constant time."""
        if not secret or not self.signature:
            return False
        made = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        shown = self.signature.removeprefix("sha256=").strip().lower()
        return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), made.encode())


@dataclass(frozen=True)
class Salon:
    """Where events of one bot go. `key` stands for its own secret; "": the installation's opens it."""

    project_id: int
    slug: str
    bot_id: str
    key: str


@dataclass(frozen=True)
class Admission:
    """What a good secret opens: `keys` of salons' own secrets, and whether it is the installation's."""

    keys: Collection[str] = ()
    is_installation: bool = False
    salons: Sequence[Salon] = field(default=())  # those that were found with the secret

    def opens(self, salon: Salon) -> bool:
        """May events of this salon be taken?"""
        return salon.key in self.keys if salon.key else self.is_installation

    def refusal(self, salon: Salon) -> Refusal:
        """Why events of this salon may not be taken."""
        return unauthorized() if salon.key or settings.SENDPULSE_WEBHOOK_SECRET else not_configured()


def admit(presented: Presented) -> Admission | None:
    """Judge the secret without a look at the body; None if only a salon's signature may still be good.

    Raises Refusal. Nothing is remembered between requests: a secret that was changed or revoked is dead.
    """
    keys = [webhook_key(shown) for shown in presented.secrets]
    own = settings.SENDPULSE_WEBHOOK_SECRET
    if presented.shows(own) or presented.is_signed_with(own):
        return Admission(keys, is_installation=True)
    salons = _read(keys=keys) if keys else []
    if salons:
        return Admission(keys, salons=salons)
    if not presented.signature:
        raise refused()
    return None


def admit_signed(presented: Presented, *, bots: Iterable[str] = (), slug: str = "") -> Admission:
    """Judge the signature by the secrets of the salons that the body names. Raises Refusal."""
    is_named = Q(sendpulse_bot_id__in=set(bots) - {""}) | Q(project__slug=slug)
    named = ChannelSettings.objects.filter(is_named, project__is_active=True).exclude(webhook_key="")
    secrets = dict(named.values_list("webhook_key", "webhook_secret"))
    keys = [key for key, secret in secrets.items() if presented.is_signed_with(secret)]
    if not keys:
        raise refused()
    return Admission(keys)


def refused() -> Refusal:
    """The answer to a secret that opens nothing; it says so if nothing could open anything."""
    with_own = ChannelSettings.objects.filter(project__is_active=True).exclude(webhook_key="")
    return unauthorized() if settings.SENDPULSE_WEBHOOK_SECRET or with_own.exists() else not_configured()


def salons_of(admission: Admission, bots: Iterable[str]) -> dict[str, Salon]:
    """The active salons of these bots, by bot; at most one query."""
    found = {salon.bot_id: salon for salon in admission.salons if salon.bot_id}
    others = set(bots) - found.keys() - {""}
    if others:
        found |= {salon.bot_id: salon for salon in _read(bots=list(others))}
    return found


def salon_of(bot_id: str) -> Salon | None:
    """The active salon of this bot, if there is one."""
    return next(iter(_read(bots=[bot_id])), None)


def salon_named(admission: Admission, slug: str) -> Salon | None:
    """The active salon with this project id, if there is one."""
    for salon in admission.salons:
        if salon.slug == slug:
            return salon
    named = Project.objects.filter(slug=slug, is_active=True)
    row = named.values_list(
        "pk", "slug", "channel_settings__sendpulse_bot_id", "channel_settings__webhook_key"
    ).first()
    return None if row is None else Salon(row[0], row[1], row[2] or "", row[3] or "")


def salons_opened(admission: Admission, *, most: int) -> list[Salon]:
    """Up to `most` active salons whose events the secret is good for."""
    if admission.salons or not admission.is_installation:
        return list(admission.salons)[:most]
    rows = Project.objects.filter(is_active=True).filter(
        Q(channel_settings=None) | Q(channel_settings__webhook_key="")
    )
    names = rows.order_by("pk").values_list("pk", "slug", "channel_settings__sendpulse_bot_id")
    return [Salon(pk, slug, bot_id or "", "") for pk, slug, bot_id in names[:most]]


def _read(*, keys: Sequence[str] = (), bots: Sequence[str] = ()) -> list[Salon]:
    with connection.cursor() as cursor:
        cursor.execute(queries.SALONS, {"keys": list(keys), "bots": list(bots)})
        return [Salon(*row) for row in cursor.fetchall()]
