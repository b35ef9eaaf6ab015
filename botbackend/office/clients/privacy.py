"""A client's rights: everything about them given out, or forgotten. For owners."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.errors import ClientNotFound
from botbackend.office import answers, refusals
from botbackend.office.clients.forms import ForgetForm
from botbackend.office.clients.views import own_client
from botbackend.office.desk import OWNERS, OfficeRequest, office_page
from botbackend.privacy.export import export_client


@require_GET
@office_page(OWNERS)
def export(request: OfficeRequest, client: int) -> HttpResponse:
    """Everything that is stored about the client, as a file."""
    row = own_client(request.desk, client)
    content = answers.json_text(export_client(client=row), indent=2)
    name = f'attachment; filename="client-{row.pk}.json"'
    return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": name})


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def forget(request: OfficeRequest, client: int) -> HttpResponse:
    """Forget the person for good; the visits stay, without a name."""
    row = own_client(request.desk, client)
    expected = _("forget")
    form = ForgetForm(request.POST or None, expected=expected)
    context: dict[str, Any] = {"client": row, "form": form, "expected": expected}
    if request.method == "GET":
        return answers.part(request, "office/clients/forget.html", **context)
    if not form.is_valid():
        return answers.part(request, "office/clients/forget.html", status=answers.REFUSED, **context)
    from botbackend.privacy.forget import forget_client  # loads Google's client, which pages do without

    try:
        forget_client(client=row)
    except ClientNotFound as error:
        form.add_error(None, refusals.told(error))
        return answers.part(request, "office/clients/forget.html", status=answers.REFUSED, **context)
    messages.success(request, _("The client is forgotten. The visits stay without a name."))
    return answers.moved_on(reverse("office:clients", args=[request.desk.salon.slug]))
