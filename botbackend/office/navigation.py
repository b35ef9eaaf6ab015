"""The six rooms, and who has which of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botbackend.office.desk import EVERYBODY, FULL_STAFF, Desk
from projects.models import Membership


@dataclass(frozen=True)
class Room:
    """An entry of the menu. `name` is that of its address, and of its picture."""

    name: str
    title: Promise
    roles: frozenset[Membership.Role]


ROOMS = (
    Room("calendar", _("Calendar"), EVERYBODY),
    Room("inbox", _("Inbox"), FULL_STAFF),
    Room("clients", _("Clients"), FULL_STAFF),
    Room("team", _("Team"), FULL_STAFF),
    Room("assistant", _("Assistant"), FULL_STAFF),
    Room("figures", _("Figures"), FULL_STAFF),
)


@dataclass(frozen=True)
class Entry:
    """A room as somebody's menu shows it."""

    room: Room
    address: str


def entries(desk: Desk) -> Iterator[Entry]:
    """Yield the rooms of the person's role."""
    for room in ROOMS:
        if desk.role in room.roles:
            yield Entry(room, reverse(f"office:{room.name}", args=[desk.salon.slug]))
