"""Pages: another password, by the old one or by a link that was mailed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from botbackend.office.answers import REFUSED
from botbackend.office.security.forms import ForgottenForm, NewPasswordForm, OtherPasswordForm
from botbackend.office.security.pages import own_page, person
from botbackend.office.security.reset import ask_for_link
from botbackend.office.settings.invitation_mail import can_mail
from botbackend.staff.sign_in import hold_back
from projects.security.sessions import sign_out_everywhere


@require_http_methods(["GET", "POST"])
@own_page
def change(request: HttpRequest) -> HttpResponse:
    """Choose another password; all other sessions end."""
    form = OtherPasswordForm(person(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        update_session_auth_hash(request, user)
        sign_out_everywhere(user=user, but=request.session.session_key)
        messages.success(request, _("The password is changed. All other devices are signed out."))
        return redirect("office:security")
    status = REFUSED if form.errors else 200
    return render(request, "office/security/password.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for whom; the answer is the same whether or not there is such an account."""
    if not can_mail():
        return render(request, "office/security/forgotten.html", {"form": None})
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        site = f"{request.scheme}://{request.get_host()}"
        ask_for_link(email=form.cleaned_data["email"], site=site)
        return render(request, "office/security/forgotten.html", {"form": None, "is_asked": True})
    status = REFUSED if form.errors else 200
    return render(request, "office/security/forgotten.html", {"form": form}, status=status)


class NewPassword(PasswordResetConfirmView):
    """Where the link leads. It signs nobody in: who has a second step is asked for it at the door."""

    form_class = NewPasswordForm
    template_name = "office/security/new_password.html"
    success_url = reverse_lazy("admin:login")
    user: User

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        sign_out_everywhere(user=self.user)
        messages.success(self.request, _("The password is changed. Sign in with it."))
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=REFUSED)

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take a used link for what it is: gone."""
        answer = super().dispatch(*args, **kwargs)
        leads_on = answer.status_code == 302  # a good link, to an address without its token
        if not self.validlink and not leads_on and isinstance(answer, HttpResponse):
            answer.status_code = 404
            hold_back(self.request, answer)
        return answer
