"""What all workers share about one SendPulse account: the access token and the place in the send limit."""

import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from botbackend.lib import crypto
from botbackend.outbox.claims import network
from dialogues import queries
from dialogues.models import ChannelSettings, SendPulseAccount
from dialogues.sendpulse.wire import Answer, LostAnswerError, NotSentError, exchange
from projects.models import Project

EARLY = timedelta(seconds=60)
REFRESH_LEASE = timedelta(seconds=20)
PATIENCE_SECONDS = 2.0  # how long a call waits for its place before it is put off
TOKEN_PATIENCE_SECONDS = 8.0


class CredentialsRefusedError(Exception):
    """SendPulse does not accept the project's credentials, or there are none: a person has to act."""


class BusyError(Exception):
    """The account's limit is used up for the next moments; nothing was sent."""


@dataclass(frozen=True)
class Credentials:
    """An OAuth pair; or, with an empty id, a static API key as the secret."""

    client_id: str
    client_secret: str = field(repr=False)
    is_shared: bool = False  # the account may have bots of several salons

    @property
    def fingerprint(self) -> str:
        """A keyed hash that stands for the account in the database."""
        parts = (settings.SENDPULSE_BASE_URL, self.client_id, self.client_secret)
        return crypto.blind_index("\x00".join(parts), purpose="sendpulse_account")


def credentials_of(project: Project) -> Credentials:
    """The project's own credentials, or the installation's. Raises CredentialsRefusedError without any.

    Wherever there is a second salon an account counts as shared: two may have typed the same pair, or a key
    and a pair of one account, and nothing here tells.
    """
    others = Project.objects.exclude(pk=OuterRef("project"))
    own = ChannelSettings.objects.filter(project=project).annotate(is_shared=Exists(others))
    columns = ("sendpulse_client_id", "sendpulse_client_secret", "is_shared")
    for client_id, client_secret, is_shared in own.values_list(*columns):
        if client_secret:
            return Credentials(client_id, client_secret, is_shared=is_shared)
    if settings.SENDPULSE_CLIENT_SECRET:
        return Credentials(settings.SENDPULSE_CLIENT_ID, settings.SENDPULSE_CLIENT_SECRET, is_shared=True)
    raise CredentialsRefusedError("no SendPulse credentials are configured")


class Account:
    """The account behind credentials, as all processes see it. Not to be used inside a transaction."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._row = self._load()

    def take_place(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Wait for this call's place in the account's limit. Raises BusyError instead of waiting longer."""
        spacing = 1.05 / settings.SENDPULSE_PER_SECOND
        with connection.cursor() as cursor:
            cursor.execute(queries.TAKE_PLACE, {"spacing": spacing, "id": self._row.pk, "patience": patience})
            found = cursor.fetchone()
        if found is None:
            raise BusyError
        if found[0] > 0:
            _pause(found[0])

    def hold_back(self, seconds: float) -> None:
        """Let nobody use the account for so many seconds: SendPulse said it is too much."""
        with connection.cursor() as cursor:
            cursor.execute(queries.HOLD_BACK, [seconds, self._row.pk])

    def bearer(self) -> str:
        """A token that is good for at least the next moments.

        Raises CredentialsRefusedError, NotSentError when no token could be had.
        """
        if not self._credentials.client_id:
            return self._credentials.client_secret
        ends = time.monotonic() + TOKEN_PATIENCE_SECONDS
        while True:
            now = timezone.now()
            usable = self._usable(now)
            if usable and not self._is_old(now):
                return self._row.token
            if self._win_refresh(now):
                return self._refresh()
            if usable:
                return self._row.token  # somebody else is fetching the next one
            if time.monotonic() > ends:
                raise NotSentError("no access token in time")
            _pause(0.1)
            self._row = self._load()

    def drop(self, token: str) -> None:
        """Forget a token that SendPulse refused, unless somebody fetched a new one meanwhile."""
        row = self._load()
        if row.token == token:
            SendPulseAccount.objects.filter(pk=row.pk, token_expires_at=row.token_expires_at).update(token="")
        self._row = self._load()

    def _load(self) -> SendPulseAccount:
        fingerprint = self._credentials.fingerprint
        return SendPulseAccount.objects.get_or_create(fingerprint=fingerprint)[0]

    def _usable(self, now: datetime) -> bool:
        expiry = self._row.token_expires_at
        return bool(self._row.token) and expiry is not None and expiry > now + timedelta(seconds=1)

    def _is_old(self, now: datetime) -> bool:
        expiry = self._row.token_expires_at
        return expiry is None or expiry < now + EARLY

    def _win_refresh(self, now: datetime) -> bool:
        """One process refreshes; a lease rather than a lock, because nothing may stay open over HTTP.

        Nobody wins who has not yet seen the token that was just fetched.
        """
        free = Q(refreshing_until__isnull=True) | Q(refreshing_until__lt=now)
        seen = self._row.token_expires_at
        mine = SendPulseAccount.objects.filter(free, pk=self._row.pk, token_expires_at=seen)
        return mine.update(refreshing_until=now + REFRESH_LEASE) == 1

    def _refresh(self) -> str:
        try:
            token, seconds = self._fetch()
        except CredentialsRefusedError:
            SendPulseAccount.objects.filter(pk=self._row.pk).update(
                token="", refreshing_until=None, refused_at=timezone.now()
            )
            raise
        except NotSentError:
            SendPulseAccount.objects.filter(pk=self._row.pk).update(refreshing_until=None)
            raise
        self._row.token, self._row.token_expires_at = token, timezone.now() + timedelta(seconds=seconds)
        self._row.refreshing_until = self._row.refused_at = None
        self._row.save(update_fields=["token", "token_expires_at", "refreshing_until", "refused_at"])
        return token

    def _fetch(self) -> tuple[str, float]:
        body = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        try:
            answer = exchange("POST", f"{settings.SENDPULSE_BASE_URL}/oauth/access_token", json=body)
        except LostAnswerError as error:
            raise NotSentError(f"no access token: {error}") from error
        if answer.status in {400, 401, 403}:
            raise CredentialsRefusedError(f"SendPulse refused the credentials ({answer.status})")
        return _parse_token(answer)


def _pause(seconds: float) -> None:
    """Wait without a database connection: a hundred who wait for one token would take all there are,
    and whoever fetched it could not store it.

    A place in the limit is a moment, which nobody announces. That a token came could be, over a connection
    that listens; once an hour at most, and only where the one before had run out, a few looks cost less.
    """
    with network():
        time.sleep(seconds)


def _parse_token(answer: Answer) -> tuple[str, float]:
    """The token and its life in seconds. Raises NotSentError for anything else."""
    try:
        body = json.loads(answer.body)
        token, seconds = body["access_token"], float(body.get("expires_in", 3600))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotSentError(f"no access token in the answer ({answer.status})") from error
    if answer.status != 200 or not isinstance(token, str) or not token or not 0 < seconds < 10**8:
        raise NotSentError(f"no access token in the answer ({answer.status})")
    return token, seconds
