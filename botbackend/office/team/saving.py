"""How a form of this room is saved: what an operation refuses is said by the form, nothing typed is lost."""

from collections.abc import Callable
from typing import Protocol

from django.http import QueryDict

from bookings.errors import ChangedMeanwhile, InvalidRequest, VisitsInTheWay
from bookings.operations.setup import Editor
from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.desk import OfficeRequest
from botbackend.office.refusals import told
from projects.seen import digest

REFUSED, CONFLICT = answers.REFUSED, answers.CONFLICT


class Refusing(Protocol):
    """A form that can say what was refused."""

    def refuse(self, mistakes: dict[str, list[str]]) -> None:
        """Put each mistake to its field."""


def editor_of(request: OfficeRequest) -> Editor:
    """Return who saves, with what their page showed."""
    return Editor(user_id=request.desk.user.pk, seen=request.POST.get("seen", ""))


def typed_in(request: OfficeRequest) -> QueryDict | None:
    """Return what was sent, be it nothing; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


def seen_after(request: OfficeRequest, status: int, stored: Callable[[], object]) -> str:
    """Return the digest that the next page carries: of what stands now, once the person knows of it."""
    if request.method == "POST" and status == REFUSED:
        return request.POST.get("seen", "")
    return digest(stored())


def attempt(form: Refusing, save: Callable[[], object]) -> int:
    """Save; return 200, or with what status the form says the refusal.

    Raises VisitsInTheWay: what is to be shown then the caller knows.
    """
    try:
        save()
    except VisitsInTheWay:
        raise
    except InvalidRequest as error:
        form.refuse(error.fields or {"": [told(error)]})
        return REFUSED
    except ChangedMeanwhile as error:
        form.refuse({"": [told(error)]})
        return CONFLICT
    except DomainError as error:
        form.refuse({"": [told(error)]})
        return REFUSED
    return 200
