"""Pages: what a new salon still needs; the salon itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from botbackend.office import answers
from botbackend.office.desk import OWNERS, OfficeRequest, office_page
from botbackend.office.settings.checklist import checklist_of
from botbackend.office.settings.forms import SalonForm


def settings_page(request: OfficeRequest, tab: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return a page of the room; it stands under figures in the menu."""
    frame = {"tab": tab, "room": "figures"}
    page = answers.page(request, f"office/settings/{tab}.html", **frame, **context)
    page.status_code = status
    return page


@require_GET
@office_page(OWNERS)
def settings(request: OfficeRequest) -> HttpResponse:
    """The list that turns green."""
    return settings_page(request, "checklist", checklist=checklist_of(request.desk.salon))


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def salon(request: OfficeRequest) -> HttpResponse:
    """Name, language, clock and booking rules."""
    desk = request.desk
    form = SalonForm(desk.salon, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.save(by_operator=desk.is_operator):
        messages.success(request, _("The salon's settings are saved."))
        return redirect("office:settings-salon", desk.salon.slug)
    return settings_page(request, "salon", form=form, status=answers.REFUSED if form.errors else 200)
