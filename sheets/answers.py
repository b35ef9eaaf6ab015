"""The page on which people answer what the mirror asks: a plan, vanished rows, whose it is; and a dry run."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botbackend.lib.errors import DomainError
from botbackend.outbox.claims import LeaseLost
from projects.admin_base import ProjectScopedAdmin
from sheets.adoption import contact, wording
from sheets.cycle import sync
from sheets.google import GoogleError
from sheets.models import SheetLink
from sheets.trouble import vanished
from sheets.trouble.advice import OF_FOREIGN
from sheets.trouble.handover import take_over

MOST_ROWS = 2000


def answers_page(model_admin: ProjectScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what waits for an answer; a POST is the answer. Only whoever may change the link may answer."""
    link: SheetLink | None = model_admin.get_object(request, str(pk))
    if link is None:
        raise Http404
    if not model_admin.has_change_permission(request, link):
        raise PermissionDenied
    dry_run: list[str] = []
    if request.method == "POST":
        if "dry_run" not in request.POST:
            _answer(model_admin, request, link)
            return HttpResponseRedirect(request.path)
        dry_run = _dry_run(request, link)
    return TemplateResponse(request, "sheets/answers.html", _context(model_admin, request, link, dry_run))


def _context(
    model_admin: ProjectScopedAdmin, request: HttpRequest, link: SheetLink, dry_run: list[str]
) -> dict[str, Any]:
    waiting = contact.waiting_plan(link)
    return {
        **model_admin.admin_site.each_context(request),
        "title": _("Questions about the spreadsheet of %(salon)s") % {"salon": link.project},
        "opts": model_admin.opts,
        "link": link,
        "waiting": waiting,
        "tabs": [_tab(tab) for tab in waiting.plan or []] if waiting else [],
        "vanished": [(row.pk, vanished.line_of(link, row)) for row in vanished.vanished_rows(link)],
        "is_foreign": link.state == SheetLink.State.FROZEN and link.advice == OF_FOREIGN,
        "dry_run": dry_run,
    }


def _tab(tab: wording.Json) -> dict[str, Any]:
    rows = wording.row_lines(tab)
    return {
        "title": tab["title"],
        "headline": wording.headline(tab),
        "columns": wording.column_lines(tab),
        "rows": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
    }


def _answer(model_admin: ProjectScopedAdmin, request: HttpRequest, link: SheetLink) -> None:
    posted = request.POST
    who = request.user.get_username() if request.user.is_authenticated else ""
    plan_id = next(_numbers([posted.get("plan", "")]), 0)
    chosen = list(_numbers(posted.getlist("row")))
    answers: dict[str, Callable[[], str]] = {
        "accept": lambda: _accepted(link, plan_id, who),
        "refuse": lambda: _refused(link, plan_id, who),
        "take_over": lambda: _taken_over(link, who),
        "plan_again": lambda: (
            _("A plan was made.") if contact.plan_again(link) else _("Nothing needs a yes.")
        ),
        "cancel": lambda: _cancelled(vanished.cancel_vanished(link, row_ids=chosen, who=who)),
        "put_back": lambda: _written(vanished.put_back(link, row_ids=chosen)),
    }
    name = next((one for one in answers if one in posted), "")
    if not name:
        return
    try:
        text = answers[name]()
    except (DomainError, GoogleError, LeaseLost) as error:
        model_admin.message_user(request, str(error), messages.ERROR)
        return
    model_admin.log_change(request, link, name)
    model_admin.message_user(request, text, messages.SUCCESS)


def _cancelled(count: int) -> str:
    return ngettext("%(count)s visit is cancelled.", "%(count)s visits are cancelled.", count) % {
        "count": count
    }


def _written(count: int) -> str:
    said = ngettext("%(count)s row is written again.", "%(count)s rows are written again.", count)
    return said % {"count": count}


def _numbers(texts: Iterable[str]) -> Iterator[int]:
    """Yield the numbers of rows among what was posted; a longer one is none that a database has."""
    return (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19)


def _accepted(link: SheetLink, plan_id: int, who: str) -> str:
    contact.accept(link, adoption_id=plan_id, who=who)
    return _("Accepted; the spreadsheet is brought in line now.")


def _refused(link: SheetLink, plan_id: int, who: str) -> str:
    contact.refuse(link, adoption_id=plan_id, who=who)
    return _("Refused; nothing was touched.")


def _taken_over(link: SheetLink, who: str) -> str:
    take_over(link, who=who)
    return _("Taken over; whoever else mirrored visits there stops.")


def _dry_run(request: HttpRequest, link: SheetLink) -> list[str]:
    try:
        result = sync.preview(link)
    except GoogleError as error:
        messages.error(request, str(error))
        return []
    return list(result.lines) or [_("Everything is in line.")]
