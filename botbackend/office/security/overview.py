"""Page: how one's own account is kept, and where it is open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from botbackend.office.security.pages import own_page, person
from projects.models import SignIn
from projects.security import second_factor, sessions

MOST_SHOWN = 20


@require_GET
@own_page
def security(request: HttpRequest) -> HttpResponse:
    """The second step, open sessions, and when somebody last came in."""
    user = person(request)
    shown = {
        "has_factor": second_factor.has_second_factor(user),
        "is_required": second_factor.is_required_of(user),
        "codes_left": second_factor.recovery_codes_left(user),
        "sessions": sessions.living(user),
        "history": sessions.history(user, most=MOST_SHOWN),
        "this": request.session.session_key,
    }
    return render(request, "office/security/security.html", shown)


@require_POST
@own_page
def sign_out(request: HttpRequest, sign_in: int) -> HttpResponse:
    """End one of one's own sessions."""
    user = person(request)
    sessions.sign_out(user=user, sign_in=get_object_or_404(SignIn, pk=sign_in, user=user))
    messages.success(request, _("That device is signed out."))
    return redirect("office:security")


@require_POST
@own_page
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    sessions.sign_out_everywhere(user=person(request), but=request.session.session_key)
    messages.success(request, _("All other devices are signed out."))
    return redirect("office:security")
