"""What every change of a salon's set-up has in common."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F, Manager, Model, QuerySet

from bookings.errors import ChangedMeanwhile, InvalidRequest, RowNotFound
from bookings.models import Specialist
from bookings.operations.locking import lock_specialists
from botbackend.outbox.api import put
from projects.history import note_change
from projects.locking import lock_project
from projects.models import Project
from projects.seen import digest

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who saves, and the digest of what their page showed; None = a program that showed nothing.

    A person who was told of a change and saves again brings the digest of what stands now.
    """

    user_id: int | None = None
    seen: str | None = None

    def expect(self, stored: object) -> None:
        """Raise ChangedMeanwhile if the page showed something else than what is stored."""
        if self.seen is not None and self.seen != digest(stored):
            raise ChangedMeanwhile("Somebody else changed this meanwhile.")


def begin(project: Project, specialist_ids: list[int] | None = None) -> None:
    """Wait for who changes the salon's set-up, and for visits that are being made with these specialists.

    None means all of them. What is read after this holds until the transaction ends.
    """
    lock_project(project.pk)
    if specialist_ids is None:
        specialist_ids = list(Specialist.objects.filter(project=project).values_list("pk", flat=True))
    if specialist_ids:
        lock_specialists(project.pk, specialist_ids)


def renew(specialists: QuerySet[Specialist]) -> None:
    """Give the rows new versions: by these a visit that waited for them knows to read the rules again."""
    specialists.update(has_own_hours=F("has_own_hours"))


def found(manager: Manager[Row], project: Project, pk: int) -> Row:
    """Return the salon's row. Raises RowNotFound: another salon's is not there."""
    row = manager.filter(project=project, pk=pk).first()
    if row is None:
        raise RowNotFound("There is no such row.")
    return row


def checked(row: Model, *, exclude: tuple[str, ...] = ("project",)) -> None:
    """Hold a row to everything that its model says. Raises InvalidRequest with all mistakes by fields."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        fields = {("" if name == NON_FIELD_ERRORS else name): said for name, said in _messages(error)}
        raise InvalidRequest("Not everything is right.", fields=fields) from error


def _messages(error: ValidationError) -> list[tuple[str, list[str]]]:
    return list(error.message_dict.items())


def note(editor: Editor, row: Model, flag: int, *fields: str) -> None:
    """Write into the log who changed which fields; what a program changes its own callers know of."""
    if editor.user_id is None:
        return
    message: Any = []
    if flag == ADDITION:
        message = [{"added": {}}]
    elif flag == CHANGE:
        message = [{"changed": {"fields": list(fields)}}]
    note_change(user_id=editor.user_id, row=row, flag=flag, message=message)


def tell_others(project: Project) -> None:
    """Let the mirror follow: names, the order or who is there may have changed."""
    put("project.changed", key=str(project.pk), project=project)
