"""The page that an invitation leads to; whoever opens it may have no account yet."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from botbackend.lib.errors import DomainError
from botbackend.office.settings.people_forms import AccountForm
from botbackend.office.settings.refusals import told
from botbackend.staff import invitations
from botbackend.staff.models import Invitation
from botbackend.staff.sign_in import hold_back
from projects.models import SignIn
from projects.security import sessions

GONE = 404


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a name and a password, or, of somebody who is signed in, for a yes."""
    try:
        found = invitations.find_invitation(token)
        answer = _opened(request, token, found)
    except invitations.InvitationGone:
        answer = render(request, "office/settings/invitation_gone.html", status=GONE)
        hold_back(request, answer)
    add_never_cache_headers(answer)
    return answer


def _opened(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return _opened_by(request, token, found, request.user)
    form = AccountForm(request.POST or None, initial={"username": found.email})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            user, salon = invitations.accept_as_new(
                token=token,
                username=typed["username"],
                password=typed["password"],
                first_name=typed["first_name"],
            )
        except (invitations.AccountTaken, invitations.SpecialistTaken) as refusal:
            form.add_error("username" if refusal.code == "account_taken" else None, told(refusal))
        else:
            sessions.come_in(request, user, factor=SignIn.Factor.PASSWORD)
            messages.success(request, _("Welcome to %(salon)s.") % {"salon": salon.name})
            return redirect("office:home")
    return _page(request, found, form=form, status=422 if form.errors else 200)


def _opened_by(request: HttpRequest, token: str, found: Invitation, user: User) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            salon = invitations.accept_as(token=token, user=user)
            messages.success(request, _("Welcome to %(salon)s.") % {"salon": salon.name})
            return redirect("office:home")
        except (invitations.AlreadyMember, invitations.SpecialistTaken) as error:
            refusal = told(cast(DomainError, error))
    return _page(request, found, refusal=refusal, status=422 if refusal else 200)


def _page(request: HttpRequest, found: Invitation, *, status: int, **context: object) -> HttpResponse:
    shown = {"invitation": found, "salon": found.project, **context}
    return render(request, "office/settings/invitation.html", shown, status=status)
