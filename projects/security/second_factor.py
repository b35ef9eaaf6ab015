"""The second step of signing in: codes of an app, and recovery codes for whoever has lost it.

Guesses at codes of the app wait twice as long after each; recovery codes have 79 random bits, so that a plain
keyed hash of them is enough and nobody who knows the password can keep their owner out.
"""

import secrets
from base64 import b32decode, b32encode
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.admin.models import DELETION
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_otp.oath import TOTP

from botbackend.lib.crypto import blind_index
from botbackend.lib.errors import DomainError
from projects.access import sees_everything
from projects.history import note_change
from projects.models import Membership
from projects.models.sign_in import DIGITS, TOLERATED_STEPS, Authenticator, RecoveryCode, SignIn
from projects.security.sessions import sign_out_everywhere

SECRET_BYTES = 20  # what RFC 4226 recommends
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 16
_GROUP = 4


class WrongCode(DomainError):
    """It is not the code of this moment, was used, or never was one."""

    code = "wrong_code"


class WaitForCode(DomainError):
    """So many codes were wrong that the next one has to wait."""

    code = "wait_for_code"
    http_status = 429


class FactorRequired(DomainError):
    """The installation requires a second step of this person: it may be replaced, not removed."""

    code = "factor_required"


def has_second_factor(user: User) -> bool:
    """Is the person asked for a code after the password?"""
    return bool(Authenticator.objects.filter(user=user).exists())


def is_required_of(user: User) -> bool:
    """Must the person have a second step here? Owners and operators, where the operator set it so."""
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    owns = Membership.objects.filter(user_id=user.pk, role=Membership.Role.OWNER)
    return sees_everything(user) or owns.exists()


def lacking() -> QuerySet[User]:
    """Return the owners and operators who can sign in and have no second step."""
    must = Q(is_superuser=True) | Q(memberships__role=Membership.Role.OWNER)
    able = User.objects.filter(must, is_active=True, is_staff=True)
    return able.filter(authenticator=None).order_by("username").distinct()


def new_secret() -> str:
    """Return a secret that nobody has, in the letters that apps take when it is typed."""
    return b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def address_for_apps(*, user: User, secret: str, issuer: str) -> str:
    """Return what the picture holds: the secret, and how the app calls it."""
    label = quote(f"{issuer}:{user.get_username()}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


@transaction.atomic
def set_up(*, user: User, secret: str, typed: str) -> list[str]:
    """Make this secret the person's own once the app shows its code; returns new recovery codes.

    Takes the place of what the person had before. Raises WrongCode.
    """
    key = b32decode(secret)
    clock = TOTP(key, digits=DIGITS)
    clock.time = timezone.now().timestamp()
    code = _bare(typed)
    if not _is_of_app(code) or not clock.verify(int(code), tolerance=TOLERATED_STEPS):
        raise WrongCode("This is not the code that the app shows now.")
    values = {"secret": key.hex(), "last_step": clock.t(), "throttling_failure_count": 0}
    Authenticator.objects.update_or_create(user=user, defaults=values)
    return _renewed(user)


def prove(*, user: User, typed: str) -> SignIn.Factor:
    """Take a code of the app or a recovery code, once. Raises WrongCode, WaitForCode."""
    code = _bare(typed)
    if not _is_of_app(code):
        mine = RecoveryCode.objects.filter(user=user, used_at=None, code_hash=_hash(user, code))
        if mine.update(used_at=timezone.now()):
            return SignIn.Factor.RECOVERY
        raise WrongCode("This is no unused recovery code.")
    with transaction.atomic():  # a refusal is raised after it: the count of wrong codes stays
        row = Authenticator.objects.select_for_update().filter(user=user).first()
        may = row is not None and row.verify_is_allowed()[0]
        good = row is not None and row.verify_token(code)
    if good:
        return SignIn.Factor.APP
    if row is not None and not may:
        raise WaitForCode("Several codes were wrong. Wait a moment before the next one.")
    raise WrongCode("This is not the code that the app shows now.")


def renew_recovery_codes(*, user: User, typed: str) -> list[str]:
    """Make new recovery codes in the place of all earlier ones. Raises WrongCode, WaitForCode."""
    prove(user=user, typed=typed)
    with transaction.atomic():
        return _renewed(user)


def remove(*, user: User, typed: str, but: str | None = None) -> None:
    """Go back to the password alone. Raises FactorRequired, WrongCode, WaitForCode.

    Ends all sessions except the one with the key `but`: they are marked as having passed the step.
    """
    if is_required_of(user):
        raise FactorRequired("A second step is required of you here.")
    prove(user=user, typed=typed)
    with transaction.atomic():
        _forget(user)
        sign_out_everywhere(user=user, but=but)


@transaction.atomic
def reset(*, user: User, by: User) -> bool:
    """Let somebody in who lost phone and codes by the password alone again; tells whether there was a step.

    Signs the person out everywhere, and leaves a line in the log of changes.
    """
    had = has_second_factor(user)
    _forget(user)
    sign_out_everywhere(user=user)
    note_change(user_id=by.pk, row=user, flag=DELETION, message="second factor reset")
    return had


def recovery_codes_left(user: User) -> int:
    """How many are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def _forget(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _renewed(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(user, one)) for one in codes)
    return [_grouped(one) for one in codes]


def _grouped(code: str) -> str:
    parts: Sequence[str] = [code[at : at + _GROUP] for at in range(0, len(code), _GROUP)]
    return "-".join(parts)


def _bare(typed: str) -> str:
    """As people type it: with spaces, dashes, capitals."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())


def _is_of_app(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def _hash(user: User, code: str) -> str:
    return blind_index(f"{user.pk}:{code}", purpose="recovery code")
