"""Page: an operator makes a salon and invites its first owner; then the checklist says what it needs."""

from typing import Any, cast

from babel import Locale
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from botbackend.lib.languages import LANGUAGES
from botbackend.office.answers import REFUSED
from botbackend.office.once import taken_once
from botbackend.office.settings.forms import clean_zone, currencies_of, own_name, zones_of_places
from botbackend.office.settings.founding import Founded, found_salon
from botbackend.office.settings.invitation_mail import can_mail, mail_link
from botbackend.office.settings.people_forms import LONGEST_EMAIL
from botbackend.staff.models import Invitation
from projects.access import sees_everything
from projects.errors import InvalidInput
from projects.models import LONGEST_NAME

for_staff = user_passes_test(lambda user: user.is_active and user.is_staff, login_url="admin:login")


class NewSalonForm(forms.Form):
    """What a salon cannot be without; the checklist asks for the rest."""

    name = forms.CharField(label=gettext_lazy("Name of the salon"), max_length=LONGEST_NAME)
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        initial="Europe/Kyiv",
        help_text=gettext_lazy("The clock of the salon."),
        widget=forms.Select,
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), initial="UAH")
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), help_text=gettext_lazy("What the bot speaks until it knows better.")
    )
    owner_email = forms.EmailField(
        label=gettext_lazy("E-mail of the owner"),
        max_length=LONGEST_EMAIL,
        help_text=gettext_lazy("The owner gets a link that is good for three days."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = Locale.parse(get_language() or "en", sep="-")
        fields: Any = self.fields
        fields["timezone"].widget.choices = [(name, name) for name in zones_of_places()]
        fields["currency"].choices = list(currencies_of(locale).items())
        fields["language"].choices = [(code, own_name(code)) for code in LANGUAGES]
        fields["language"].initial = get_language()

    def clean_timezone(self) -> str:
        """Take only a zone that there is."""
        return clean_zone(self.cleaned_data["timezone"])


@require_http_methods(["GET", "POST"])
@for_staff
def new_salon(request: HttpRequest) -> HttpResponseBase:
    """Ask for the salon and its owner; an operator's alone."""
    if not sees_everything(request.user):
        raise PermissionDenied
    return taken_once(request, lambda: _new_salon(request), again=lambda: _made_already(request))


def _made_already(request: HttpRequest) -> HttpResponse:
    """Lead to the people of the salon just made: the link of its owner is made anew there."""
    mine = Invitation.objects.filter(
        invited_by=cast(User, request.user), email__iexact=request.POST.get("owner_email", "").strip()
    )
    last = mine.select_related("project").order_by("-pk").first()
    return (
        redirect("office:salons") if last is None else redirect("office:settings-people", last.project.slug)
    )


def _new_salon(request: HttpRequest) -> HttpResponse:
    form = NewSalonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, found_salon(**form.cleaned_data, by=cast(User, request.user)))
        except InvalidInput as refusal:
            for path, said in refusal.fields.items():
                form.add_error(path if path in form.fields else None, said)
    context = {"form": form, "can_mail": can_mail()}
    status = REFUSED if form.errors else 200
    return render(request, "office/settings/new_salon.html", context, status=status)


def _made(request: HttpRequest, made: Founded) -> HttpResponse:
    """Open the checklist; a link that no mail took is shown first, since it is seen only once."""
    link = request.build_absolute_uri(reverse("office:invitation", args=[made.token]))
    if can_mail() and mail_link(made.invitation, link):
        said = _("%(salon)s is there, and its owner is invited: the link was mailed to %(email)s.")
        messages.success(request, said % {"salon": made.salon.name, "email": made.invitation.email})
        return redirect("office:settings", made.salon.slug)
    context = {"salon": made.salon, "link": link, "invitation": made.invitation}
    return render(request, "office/settings/salon_made.html", context)
