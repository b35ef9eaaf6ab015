"""Pages: keys of programs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from botbackend.office import answers
from botbackend.office.desk import OWNERS, OfficeRequest, office_page
from botbackend.office.settings.people_forms import KeyForm
from botbackend.office.settings.salon_pages import settings_page
from projects.auth import create_api_key, revoke_api_key
from projects.models import ApiKey

CHANGED = "settings-changed"
MOST_KEYS = 200


@require_GET
@office_page(OWNERS)
def keys(request: OfficeRequest) -> HttpResponse:
    """The keys, living ones first."""
    rows = ApiKey.objects.filter(project=request.desk.salon).order_by("revoked_at", "-created_at", "-pk")
    found = sorted(rows[:MOST_KEYS], key=lambda key: key.revoked_at is not None)
    return settings_page(request, "keys", keys=found)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def new_key(request: OfficeRequest) -> HttpResponse:
    """A panel that makes a key, and then shows it: once."""
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = answers.REFUSED if form.errors else 200
        return answers.part(request, "office/settings/new_key.html", form=form, status=status)
    typed = form.cleaned_data
    scope = ApiKey.Scope(typed["scope"])
    row, key = create_api_key(project=request.desk.salon, label=typed["label"], scope=scope)
    answer = answers.part(request, "office/settings/key_made.html", row=row, key=key)
    answer["HX-Trigger"] = CHANGED
    return answer


@require_POST
@office_page(OWNERS)
def revoke(request: OfficeRequest, key: int) -> HttpResponse:
    """End a key for good."""
    row = get_object_or_404(ApiKey, pk=key, project=request.desk.salon)
    revoke_api_key(api_key=row)
    return answers.done(
        _("The key is revoked. Programs that use it are refused from now on."), changed=CHANGED
    )
