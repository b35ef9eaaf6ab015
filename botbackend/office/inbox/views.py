"""The list of talks, and what is left to people without one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from botbackend.office import answers
from botbackend.office.asked import number_in
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.inbox import selectors
from botbackend.office.inbox.talk import left_to_people
from dialogues.models import StaffTask
from dialogues.staff.reading import mark_all_read
from dialogues.staff.tasks import close_task

SHOWS = ("all", "waiting", "person")


@require_GET
@office_page()
def inbox(request: OfficeRequest) -> HttpResponse:
    """The list; on a wide screen a talk opens beside it."""
    return answers.page(request, "office/inbox/inbox.html", room="inbox", **list_context(request))


@require_GET
@office_page()
def talks(request: OfficeRequest) -> HttpResponse:
    """The list anew, or 204 while the page shows it as it is."""
    stamp = request.GET.get("stamp", "")
    if stamp and stamp == selectors.stamp_of_list(desk=request.desk):
        return HttpResponse(status=204)
    return answers.part(request, "office/inbox/_list.html", **list_context(request))


@require_GET
@office_page()
def count(request: OfficeRequest) -> HttpResponse:
    """How many talks wait for a person, for the menu of every page."""
    waiting = selectors.count_waiting(salon=request.desk.salon)
    return answers.part(request, "office/inbox/_count.html", waiting=waiting)


@require_POST
@office_page()
def read_all(request: OfficeRequest) -> HttpResponse:
    """Take the unread marks off the whole list."""
    since = timezone.now() - selectors.NEWS
    mark_all_read(project=request.desk.salon, user=request.desk.user, since=since)
    return answers.done(_("All talks are marked as read."), changed="talks-changed")


@require_POST
@office_page()
def task_done(request: OfficeRequest, task: int) -> HttpResponse:
    """Note that somebody saw to it."""
    found = get_object_or_404(StaffTask, pk=task, project=request.desk.salon)
    close_task(task_id=found.pk)
    return answers.done(_("Done. It is off the list."), changed="talks-changed")


def list_context(request: OfficeRequest, *, open_talk: int = 0) -> dict[str, Any]:
    """Return what the list is drawn from: the filter, the search and the page are in the address."""
    desk, asked = request.desk, request.GET
    show = asked.get("show", "all")
    show = show if show in SHOWS else "all"
    text, below = asked.get("q", "").strip()[:200], selectors.Place.read(asked.get("below", ""))
    is_first = below is None and not text
    opened = number_in(asked.get("open", "")) or open_talk
    address = {"show": show, "q": text, "below": str(below or ""), "open": opened or ""}
    tasks = selectors.tasks_without_talk(salon=desk.salon) if is_first and show != "person" else []
    return {
        "stamp": selectors.stamp_of_list(desk=desk),
        "talks": selectors.read_talks(desk=desk, show=show, below=below, text=text),
        "tasks": left_to_people(tasks),
        "show": show,
        "asked": text,
        "below": below,
        "open_talk": opened,
        "query": urlencode({name: value for name, value in address.items() if value}),
    }
