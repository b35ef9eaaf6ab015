"""Pages: setting up the second step, replacing and removing it, and its recovery codes."""

from urllib.parse import urlsplit

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from botbackend.lib import crypto
from botbackend.lib.errors import DomainError
from botbackend.office.answers import REFUSED
from botbackend.office.security.forms import AnotherAppForm, CodeForm, FirstAppForm
from botbackend.office.security.pages import own_page, person
from botbackend.office.security.refusals import told
from projects.models import SignIn
from projects.security import second_factor, sessions

NEW_SECRET = "new_second_factor"  # noqa: S105 - where it stands, not what it is
_GROUP = 4


@require_http_methods(["GET", "POST"])
@own_page
def set_up(request: HttpRequest) -> HttpResponse:
    """Show a secret as a picture and as text until the app shows its code, then the recovery codes.

    Who is asked for no code yet gives the password anew.
    """
    user = person(request)
    has_factor = second_factor.has_second_factor(user)
    typed = request.POST or None
    form = AnotherAppForm(typed) if has_factor else FirstAppForm(user, typed)
    secret = _secret_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            if has_factor:
                second_factor.prove(user=user, typed=form.cleaned_data["code"])
            codes = second_factor.set_up(user=user, secret=secret, typed=form.cleaned_data["new"])
        except DomainError as refusal:
            form.add_error("code" if has_factor else "new", told(refusal))
        else:
            return _begun(request, codes)
    shown = {
        "form": form,
        "has_factor": has_factor,
        "is_required": second_factor.is_required_of(user),
        "picture": _picture(request, secret),
        "secret": " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)),
    }
    status = REFUSED if form.errors else 200
    return render(request, "office/security/second_step.html", shown, status=status)


def _secret_of(request: HttpRequest) -> str:
    """The same while somebody is at it: a page that is loaded again must not show another picture."""
    if sealed := request.session.get(NEW_SECRET):
        return crypto.decrypt(sealed)
    secret = second_factor.new_secret()
    request.session[NEW_SECRET] = crypto.encrypt(secret)
    return secret


def _picture(request: HttpRequest, secret: str) -> SafeString:
    host = urlsplit(f"//{request.get_host()}").hostname or ""  # a port would be read as the account
    address = second_factor.address_for_apps(user=person(request), secret=secret, issuer=host)
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(svgclass="qr", lineclass=None, light="#fff", border=4, omitsize=True)
    return mark_safe(svg)  # noqa: S308 - figures of a path alone


def _begun(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Other sessions came in without the step: they end."""
    request.session.pop(NEW_SECRET, None)
    request.session[sessions.FACTOR] = SignIn.Factor.APP.value
    sessions.sign_out_everywhere(user=person(request), but=request.session.session_key)
    return render(request, "office/security/codes.html", {"codes": codes, "is_new": True})


@require_http_methods(["GET", "POST"])
@own_page
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them: once."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed = form.cleaned_data["code"]
            codes = second_factor.renew_recovery_codes(user=person(request), typed=typed)
            return render(request, "office/security/codes.html", {"codes": codes})
        except DomainError as refusal:
            form.add_error("code", told(refusal))
    return _asking(request, form, "codes")


@require_http_methods(["GET", "POST"])
@own_page
def remove(request: HttpRequest) -> HttpResponse:
    """Go back to the password alone, where that is allowed."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed, this = form.cleaned_data["code"], request.session.session_key
            second_factor.remove(user=person(request), typed=typed, but=this)
        except DomainError as refusal:
            form.add_error("code", told(refusal))
        else:
            request.session.pop(sessions.FACTOR, None)
            messages.success(request, _("The second step is removed."))
            return redirect("office:security")
    return _asking(request, form, "remove")


def _asking(request: HttpRequest, form: CodeForm, what: str) -> HttpResponse:
    status = REFUSED if form.errors else 200
    return render(request, "office/security/confirm.html", {"form": form, "what": what}, status=status)
