"""Telling a client that the time of a visit does not hold, in the line of the list that says so."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.errors import BookingError
from botbackend.office import answers, telling
from botbackend.office.calendar import acts
from botbackend.office.calendar.conflicts import told_now
from botbackend.office.calendar.forms import LetterForm
from botbackend.office.calendar.panels import Visit, visit_of
from botbackend.office.desk import FULL_STAFF, OfficeRequest, office_page


@require_http_methods(["GET", "POST"])
@office_page(FULL_STAFF)
def tell(request: OfficeRequest, booking: int) -> HttpResponse:
    """The words for the client, prepared in the client's language; sent, the line says so."""
    shown = visit_of(request.desk, booking)
    if request.method == "GET":
        form = LetterForm(initial={"edition": shown.edition, "in_panel": "in_panel" in request.GET})
        return _form_part(request, shown, form)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _form_part(request, shown, form, status=answers.REFUSED)
    try:
        is_done = acts.tell_of_change(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        return _form_part(request, now, form, status=answers.CONFLICT, refused=told_now(now, error))
    if not is_done:
        return _form_part(request, shown, form, status=answers.REFUSED)
    return _told(request, shown, form.cleaned_data)


def _told(request: OfficeRequest, shown: Visit, wish: dict[str, Any]) -> HttpResponse:
    """Return the line as it stands now; a list beneath an open panel looks again by itself."""
    now = timezone.now()
    for row in (shown.row, *shown.live):
        row.told_at = now  # type: ignore[attr-defined]  # as the list reads it
    said = _("Noted: the client was called.") if wish["called"] else _("The client gets a message.")
    changed = "bookings-changed" if wish["in_panel"] else "visits-told"
    line = answers.part(request, "office/team/visit_line.html", visit=shown.row, in_panel=wish["in_panel"])
    listed = set(request.POST.getlist("listed"))
    for row in shown.live:  # the other lines of the visit; what is typed in lines of others stays
        for place in ("", "panel-"):
            number = f"{place}hit-{row.pk}"
            if number in listed and not (row.pk == shown.row.pk and bool(place) == wish["in_panel"]):
                more: dict[str, Any] = {"visit": row, "in_panel": bool(place), "is_beside": True}
                line.write(answers.part(request, "office/team/visit_line.html", **more).content)
    line["HX-Retarget"] = (
        f"#{'panel-' if wish['in_panel'] else ''}hit-{shown.row.pk}"  # a refusal stays in its form
    )
    return answers.saying(line, said, changed=changed)


def _form_part(
    request: OfficeRequest, shown: Visit, form: LetterForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    dialogue = telling.open_dialogue(shown.client)
    ready = "" if dialogue is None else telling.words_for(dialogue, kind="away", bookings=shown.live)
    return answers.part(
        request,
        "office/calendar/tell.html",
        status=status,
        visit=shown,
        form=form,
        refused=refused,
        can_tell=dialogue is not None and shown.is_booked,
        text=form["text"].value() or ready,
    )
