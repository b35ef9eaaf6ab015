"""What the groups Owner and Staff may do in the admin; in which salon is decided by membership."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from projects.access import OWNER_GROUP, STAFF_GROUP

SALON_APPS = ("projects", "bookings", "dialogues", "ai", "sheets")
OPERATORS_ONLY = (
    "keystate",
    "breaker",
    "compressionbatch",
    "modelprice",
    "sendpulseaccount",
    "authenticator",
    "recoverycode",
    "signin",
)

# Daily work: visits, clients, absences, talks, and what the bot may tell. Prompts, prices, keys and people
# are the owner's.
STAFF_WRITES = {
    "bookings": ("booking", "client", "dayoff", "dateoverride", "weeklyrange", "weeklybreak"),
    "dialogues": ("dialogue", "stafftask"),
    "ai": ("knowledge",),
}
STAFF_SEES = ("project", "sheetconflict", "sheetlink")


def owner_permissions() -> Q:
    """Everything about their salons; invitations to look at; of the outbox to look and to retry."""
    salon = Q(content_type__app_label__in=SALON_APPS) & ~Q(content_type__model__in=OPERATORS_ONLY)
    looks = Q(codename="view_invitation", content_type__app_label="staff")
    return salon | looks | Q(codename__in=("view_task", "change_task"), content_type__app_label="outbox")


def staff_permissions() -> Q:
    """Sees bookings, dialogues and their answers, adds or changes what the day brings; deletes nothing."""
    allowed = Q(codename__startswith="view_", content_type__app_label__in=STAFF_WRITES)
    allowed &= ~Q(content_type__model__in=OPERATORS_ONLY)
    allowed |= Q(codename__in=[f"view_{model}" for model in STAFF_SEES])
    for app, models in STAFF_WRITES.items():
        names = [f"{verb}_{model}" for verb in ("add", "change") for model in models]
        allowed |= Q(content_type__app_label=app, codename__in=names)
    return allowed


def grant_group_permissions(**kwargs: Any) -> None:
    """Bring both groups in line after every migration, so that new models get their rights, too."""
    for name, allowed in ((OWNER_GROUP, owner_permissions()), (STAFF_GROUP, staff_permissions())):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(allowed))
