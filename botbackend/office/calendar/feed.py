"""The panel with the address at which a phone reads a specialist's visits; the address is the secret."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings.models import Specialist
from bookings.operations.setup import Editor, renew_calendar_address
from botbackend.office import answers
from botbackend.office.desk import OWNERS, Desk, OfficeRequest, office_page
from projects.models import Membership

WHO = OWNERS | {Membership.Role.SPECIALIST}


@require_GET
@office_page(WHO)
def feed(request: OfficeRequest, specialist: int) -> HttpResponse:
    """Whose it is, how a phone takes it, and the address."""
    return _panel(request, _of(request.desk, specialist))


@require_POST
@office_page(WHO)
def new_address(request: OfficeRequest, specialist: int) -> HttpResponse:
    """Make another address; phones that have the one of before are shown nothing more."""
    row = _of(request.desk, specialist)
    editor = Editor(user_id=request.desk.user.pk)
    row = renew_calendar_address(project=request.desk.salon, specialist_id=row.pk, editor=editor)
    said = _("There is a new address. The one of before shows nothing more; give the new one to your phones.")
    return answers.saying(_panel(request, row), said)


def _of(desk: Desk, specialist: int) -> Specialist:
    """The salon's specialist; a specialist has the own calendar and no other."""
    if desk.own_specialist not in (None, specialist):
        raise Http404
    return get_object_or_404(Specialist, project=desk.salon, pk=specialist, is_active=True)


def _panel(request: OfficeRequest, row: Specialist) -> HttpResponse:
    address = request.build_absolute_uri(reverse("specialist-calendar", args=[row.calendar_token]))
    at_once = f"webcal:{address.partition(':')[2]}"  # phones and computers offer to subscribe
    return answers.part(request, "office/calendar/feed.html", row=row, address=address, at_once=at_once)
