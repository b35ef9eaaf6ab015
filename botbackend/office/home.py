"""The way in: to the salon's calendar, to the list of salons, to the tables."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from botbackend.lib.languages import LANGUAGES
from botbackend.office.desk import EVERYBODY, FULL_STAFF
from botbackend.office.languages import remember
from projects.access import sees_everything, visible_projects

MOST_SALONS = 50
for_staff = user_passes_test(lambda user: user.is_active and user.is_staff, login_url="admin:login")


@require_GET
@for_staff
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the calendar of the only salon, or to the choice between several."""
    mine = list(visible_projects(request.user, EVERYBODY)[:2])
    if len(mine) == 1:
        return redirect("office:calendar", mine[0].slug)
    return redirect("office:salons")


@require_GET
@for_staff
def salons(request: HttpRequest) -> HttpResponse:
    """The salons of the person; who has very many looks for one by its name."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    mine = visible_projects(request.user, EVERYBODY)
    found = list(mine.filter(name__icontains=asked)[: MOST_SALONS + 1])
    context = {"salons": found[:MOST_SALONS], "more": len(found) > MOST_SALONS, "asked": asked}
    return render(request, "office/salons.html", context)


@for_staff
def technical(request: HttpRequest) -> HttpResponseBase:
    """The tables as they are, for operators and for what no room shows."""
    may = sees_everything(request.user) or visible_projects(request.user, FULL_STAFF).exists()
    if not may:
        raise PermissionDenied
    return admin.site.index(request)


@require_POST
@for_staff
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language with this person from now on."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "")
    # A path of ours: what begins otherwise would be taken for the name of a page.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, {request.get_host()}, request.is_secure()
    )
    answer = redirect(back if is_ours else "office:home")
    if code not in LANGUAGES:
        messages.error(request, _("There is no such language here."))
        return answer
    remember(cast(User, request.user), answer, code)
    with translation.override(code):
        messages.success(request, _("The language is changed."))
    return answer
