"""Specialists, services and rooms: what the pages do with each in the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Resource, Service, Specialist
from bookings.operations.setup import Editor, save_room, save_service, save_specialist
from botbackend.office.team.forms import RoomForm, ServiceForm, SpecialistForm
from projects.models import Project

Entry = Specialist | Service | Resource


@dataclass(frozen=True)
class Kind:
    """How one kind of entry is shown, typed and stored."""

    name: str
    model: type[Entry]
    form: Callable[..., Any]
    new: Promise
    added: Promise
    saved: Promise
    aside: Promise
    back: Promise
    store: Callable[[Project, int | None, Any, Editor], Entry]

    def blank(self, salon: Project) -> Entry:
        """Return an entry that is not stored yet."""
        return self.model(project=salon)


def _store_specialist(salon: Project, pk: int | None, values: Any, editor: Editor) -> Entry:
    return save_specialist(project=salon, specialist_id=pk, values=values, editor=editor)


def _store_service(salon: Project, pk: int | None, values: Any, editor: Editor) -> Entry:
    return save_service(project=salon, service_id=pk, values=values, editor=editor)


def _store_room(salon: Project, pk: int | None, values: Any, editor: Editor) -> Entry:
    return save_room(project=salon, room_id=pk, values=values, editor=editor)


KINDS = {
    "specialist": Kind(
        "specialist",
        Specialist,
        SpecialistForm,
        new=_("New specialist"),
        added=_("%(name)s is in the team."),
        saved=_("%(name)s is saved."),
        aside=_("%(name)s is put aside: no new visits."),
        back=_("%(name)s is back in the team."),
        store=_store_specialist,
    ),
    "service": Kind(
        "service",
        Service,
        ServiceForm,
        new=_("New service"),
        added=_("%(name)s can be booked."),
        saved=_("%(name)s is saved."),
        aside=_("%(name)s is put aside: nobody can book it."),
        back=_("%(name)s can be booked again."),
        store=_store_service,
    ),
    "room": Kind(
        "room",
        Resource,
        RoomForm,
        new=_("New room or chair"),
        added=_("%(name)s is there."),
        saved=_("%(name)s is saved."),
        aside=_("%(name)s is put aside."),
        back=_("%(name)s is in use again."),
        store=_store_room,
    ),
}
