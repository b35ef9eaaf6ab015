"""Inviting colleagues by a link: signed, good once and for three days, and only as long as who sent it may.

The link is the only place where its token stands; the database keeps a hash, so that nobody who reads it can
use what others were sent.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bookings.models import Specialist
from botbackend.lib.errors import DomainError
from botbackend.staff.colleagues import SpecialistTaken, give_calendar, refuse_taken
from botbackend.staff.models import Invitation
from projects.access import grant_membership, sees_everything
from projects.models import Membership, Project

GOOD_FOR = timedelta(days=3)
MOST_OPEN = 50  # of one salon; nobody has so many colleagues to come
TAKEN = "Somebody has an account with this e-mail. Sign in, then open the link again."
SALT = "botbackend.staff.invitation"


class InvitationGone(DomainError):
    """The link was used, revoked, is too old or never was one."""

    code = "invitation_gone"
    http_status = 404


class AlreadyMember(DomainError):
    """Who opened the link works in the salon already."""

    code = "already_member"
    http_status = 409


class AccountTaken(DomainError):
    """Somebody has an account of this name."""

    code = "account_taken"
    http_status = 409


class TooManyInvitations(DomainError):
    """So many links wait already that somebody should look at them first."""

    code = "too_many_invitations"
    http_status = 409


def invite(
    *,
    project: Project,
    role: Membership.Role,
    by: User,
    email: str = "",
    specialist: Specialist | None = None,
    now: datetime | None = None,
) -> tuple[Invitation, str]:
    """Make an invitation; returns it and the token, which cannot be had again.

    Raises SpecialistTaken for a calendar that is somebody's already, TooManyInvitations.
    """
    moment = now or timezone.now()
    if open_invitations(project, now=moment).count() >= MOST_OPEN:
        raise TooManyInvitations("Too many invitations are open. Revoke some of them first.")
    chosen = specialist if role == Membership.Role.SPECIALIST else None
    if chosen is not None:
        refuse_taken(specialist=chosen)
    token = Signer(salt=SALT).sign(secrets.token_urlsafe(24))
    row = Invitation.objects.create(
        project=project,
        role=role,
        specialist=chosen,
        email=email,
        token_hash=_hash(token),
        invited_by=by,
        expires_at=moment + GOOD_FOR,
    )
    return row, token


def open_invitations(project: Project, *, now: datetime | None = None) -> QuerySet[Invitation]:
    """Return those of the salon that somebody could still use."""
    return Invitation.objects.filter(_is_open(now or timezone.now()), project=project)


def revoke_invitation(*, invitation: Invitation) -> None:
    """Make the link worthless."""
    unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    unused.update(revoked_at=timezone.now())


def find_invitation(token: str, *, now: datetime | None = None) -> Invitation:
    """Return the invitation that a link stands for. Raises InvitationGone; a forged one costs no query."""
    moment = now or timezone.now()
    rows = Invitation.objects.select_related("project", "specialist", "invited_by")
    return _found(rows, token, moment)


def accept_as_new(
    *, token: str, username: str, password: str, first_name: str, last_name: str = ""
) -> tuple[User, Project]:
    """Make an account and let it into the salon. The password was validated by the form.

    Raises InvitationGone, AccountTaken, SpecialistTaken; then there is no new account.
    """
    name = User.normalize_username(username)
    try:
        return _accept_as_new(token, name, password, first_name, last_name)
    except IntegrityError as error:  # somebody made this account a moment ago
        raise AccountTaken(TAKEN) from error


@transaction.atomic
def _accept_as_new(
    token: str, name: str, password: str, first_name: str, last_name: str
) -> tuple[User, Project]:
    row = _locked(token)
    if User.objects.filter(username__iexact=name).exists():
        raise AccountTaken(TAKEN)
    user = User.objects.create_user(
        username=name, email=name if "@" in name else "", password=password, first_name=first_name,
        last_name=last_name, is_staff=True,
    )  # fmt: skip
    _let_in(row, user)
    return user, row.project


@transaction.atomic
def accept_as(*, token: str, user: User) -> Project:
    """Let somebody who has an account into the salon.

    Raises InvitationGone, AlreadyMember, SpecialistTaken.
    """
    row = _locked(token)
    if Membership.objects.filter(project=row.project, user=user).exists():
        raise AlreadyMember("You work in this salon already.")
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    _let_in(row, user)
    return row.project


def _let_in(row: Invitation, user: User) -> None:
    grant_membership(project=row.project, user=user, role=Membership.Role(row.role))
    if row.specialist is not None:
        give_calendar(specialist=row.specialist, user=user)
    row.used_at, row.used_by = timezone.now(), user
    row.save(update_fields=["used_at", "used_by"])


def _locked(token: str) -> Invitation:
    """Two who open one link at once: the second finds it used."""
    rows = Invitation.objects.select_related("project", "specialist", "invited_by")
    return _found(rows.select_for_update(of=("self",)), token, timezone.now())


def _found(rows: QuerySet[Invitation], token: str, moment: datetime) -> Invitation:
    try:
        Signer(salt=SALT).unsign(token)
    except BadSignature as error:
        raise _gone() from error
    row = rows.filter(_is_open(moment), token_hash=_hash(token)).first()
    if row is None or not _may_still(row):
        raise _gone()
    return row


def _may_still(row: Invitation) -> bool:
    """A link that a former owner kept is none: it would be a way back in."""
    by = row.invited_by
    if by is None or not by.is_active:
        return False
    owns = Membership.objects.filter(project=row.project_id, user=by, role=Membership.Role.OWNER)
    return row.project.is_active and (sees_everything(by) or owns.exists())


def _is_open(moment: datetime) -> Q:
    return Q(used_at=None, revoked_at=None, expires_at__gt=moment)


def _gone() -> InvitationGone:
    return InvitationGone("This invitation was used or is too old. Ask for a new one.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


__all__ = [
    "AccountTaken",
    "AlreadyMember",
    "InvitationGone",
    "SpecialistTaken",
    "TooManyInvitations",
    "accept_as",
    "accept_as_new",
    "find_invitation",
    "invite",
    "open_invitations",
    "revoke_invitation",
]
