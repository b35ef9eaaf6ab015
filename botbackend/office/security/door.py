"""Pages: coming in, by a password and, where somebody has a second step, by a code."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from botbackend.lib.errors import DomainError
from botbackend.office.answers import REFUSED
from botbackend.office.security.forms import CodeForm, SignInForm
from botbackend.office.security.pages import safe_address, wanted_address
from botbackend.office.security.refusals import told
from botbackend.staff.sign_in import HALF_SIGNED_IN
from projects.models import SignIn
from projects.security import second_factor, sessions

SECONDS_FOR_CODE = 600
FEW_CODES = 3


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the password."""
    if request.method == "GET" and request.user.is_active and request.user.is_staff:
        return redirect(wanted_address(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _with_password(request, form.get_user())
    shown = {"form": form, "next": wanted_address(request)}
    status = REFUSED if form.errors else 200
    return render(request, "office/security/sign_in.html", shown, status=status)


def _with_password(request: HttpRequest, user: User) -> HttpResponse:
    wanted = wanted_address(request)
    if not second_factor.has_second_factor(user):
        sessions.come_in(request, user, factor=SignIn.Factor.PASSWORD)
        return redirect(wanted)
    request.session.cycle_key()
    request.session[HALF_SIGNED_IN] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "until": time.time() + SECONDS_FOR_CODE,
        "next": wanted,
    }
    return redirect("office:sign-in-code")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; who takes longer than ten minutes begins anew."""
    half: dict[str, Any] = request.session.get(HALF_SIGNED_IN) or {}
    user = _who(half)
    if user is None:
        request.session.pop(HALF_SIGNED_IN, None)
        return redirect("admin:login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            factor = second_factor.prove(user=user, typed=form.cleaned_data["code"])
        except DomainError as refusal:
            form.add_error("code", told(refusal))
        else:
            return _with_code(request, user, factor, half["next"])
    status = REFUSED if form.errors else 200
    return render(request, "office/security/code.html", {"form": form}, status=status)


def _who(half: dict[str, Any]) -> User | None:
    """Whose password was right a moment ago, and is still theirs."""
    if not half or half["until"] < time.time():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(half["password"], user.get_session_auth_hash()):
        return None
    return user


def _with_code(request: HttpRequest, user: User, factor: SignIn.Factor, wanted: str) -> HttpResponse:
    request.session.pop(HALF_SIGNED_IN, None)
    sessions.come_in(request, user, factor=factor)
    left = second_factor.recovery_codes_left(user)
    if factor == SignIn.Factor.RECOVERY:
        messages.warning(request, _("This recovery code is used up; %(left)s are left.") % {"left": left})
    if left < FEW_CODES:
        messages.warning(request, _("Make new recovery codes soon: see Security in the menu."))
    return redirect(safe_address(request, wanted))
