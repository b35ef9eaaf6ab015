"""Who works in a salon in which role, and with whose calendar."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from bookings.models import Specialist, new_calendar_token
from botbackend.lib.errors import DomainError
from projects.access import change_membership, revoke_membership
from projects.locking import lock_project
from projects.models import Membership


class SpecialistTaken(DomainError):
    """A calendar belongs to one person who signs in."""

    code = "specialist_taken"
    http_status = 409


def refuse_taken(*, specialist: Specialist, user: User | None = None) -> None:
    """Raise SpecialistTaken if the calendar is somebody else's."""
    if specialist.user_id is not None and (user is None or specialist.user_id != user.pk):
        raise SpecialistTaken(f"Somebody else signs in as {specialist} already.")


def give_calendar(*, specialist: Specialist, user: User) -> None:
    """Make the calendar the person's own, and no other of the salon. Inside a transaction.

    Raises SpecialistTaken.
    """
    lock_project(specialist.project_id)
    refuse_taken(specialist=Specialist.objects.get(pk=specialist.pk), user=user)
    mine = Specialist.objects.filter(project=specialist.project_id, user=user)
    _let_go(mine.exclude(pk=specialist.pk))
    Specialist.objects.filter(pk=specialist.pk).update(user=user)


@transaction.atomic
def change_role(
    *, membership: Membership, role: Membership.Role, specialist: Specialist | None = None
) -> Membership:
    """Give a colleague another role; who becomes a specialist is told whose calendar it is, others have none.

    Raises LastOwner, MemberGone, SpecialistTaken; then nothing changed.
    """
    changed = change_membership(membership=membership, role=role)
    if role != Membership.Role.SPECIALIST:
        take_calendar(membership=membership)
    elif specialist is not None:
        give_calendar(specialist=specialist, user=membership.user)
    return changed


def take_calendar(*, membership: Membership) -> None:
    """Let no calendar of the salon be the person's own any more."""
    _let_go(Specialist.objects.filter(project=membership.project_id, user=membership.user_id))


def _let_go(calendars: QuerySet[Specialist]) -> None:
    """Let calendars be nobody's own. Whose one was has its address in a phone, which shows nothing more."""
    for specialist in calendars:
        Specialist.objects.filter(pk=specialist.pk).update(user=None, calendar_token=new_calendar_token())


@transaction.atomic
def remove_colleague(*, membership: Membership) -> None:
    """End somebody's work in the salon: the membership, the rights, the calendar. Raises LastOwner."""
    revoke_membership(membership=membership)
    take_calendar(membership=membership)
