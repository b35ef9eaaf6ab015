"""Pages of the room."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from botbackend.office import answers
from botbackend.office.desk import OfficeRequest, office_page


@require_GET
@office_page()
def clients(request: OfficeRequest) -> HttpResponse:
    """The first page of the room."""
    return answers.page(request, "office/clients/clients.html", room="clients")
