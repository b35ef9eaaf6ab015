"""Pages of the room."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from botbackend.lib.csv_lines import DECIMAL_COMMA, csv_lines
from botbackend.office import answers
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.figures import selectors
from botbackend.office.figures.drawings import course_chart, heat_map, parts_chart
from botbackend.office.figures.listings import LISTINGS, OWNERS_LISTINGS
from botbackend.office.figures.spans import USUAL, Span, span_of
from botbackend.office.figures.today import today_of
from botbackend.office.visit_words import source_of


@require_GET
@office_page(may_lag=True)
def figures(request: OfficeRequest) -> HttpResponse:
    """Today at a glance."""
    today = today_of(request.desk.salon)
    return answers.page(request, "office/figures/figures.html", room="figures", tab="today", today=today)


@require_GET
@office_page(may_lag=True)
def visits(request: OfficeRequest) -> HttpResponse:
    """Visits and takings of a period."""
    span = span_of(request.desk.salon, request.GET)
    found = selectors.visits_of(request.desk.salon, span)
    takings = course_chart(found.course, span.unit, request.desk.salon.currency)
    sources = [(source_of(one.name), one.sums) for one in found.sources]
    return _page(request, "visits", span, found=found, takings=takings, sources=sources)


@require_GET
@office_page(may_lag=True)
def team(request: OfficeRequest) -> HttpResponse:
    """Who is booked how much, and when clients come."""
    span = span_of(request.desk.salon, request.GET)
    found = selectors.team_of(request.desk.salon, span)
    return _page(request, "team", span, found=found, heat=heat_map(found.hours))


@require_GET
@office_page(may_lag=True)
def clients(request: OfficeRequest) -> HttpResponse:
    """New clients and those who came back."""
    span = span_of(request.desk.salon, request.GET)
    found = selectors.clients_of(request.desk.salon, span)
    return _page(request, "clients", span, found=found)


@require_GET
@office_page(may_lag=True)
def talks(request: OfficeRequest) -> HttpResponse:
    """How talks end, and what the assistant costs."""
    span = span_of(request.desk.salon, request.GET)
    found = selectors.talks_of(request.desk.salon, span)
    return _page(request, "talks", span, found=found, ends=parts_chart(found.figures))


def _page(request: OfficeRequest, tab: str, span: Span, **context: Any) -> HttpResponse:
    frame = {"tab": tab, "span": span, "usual": USUAL.items()}
    return answers.page(request, f"office/figures/{tab}.html", room="figures", **frame, **context)


@require_GET
@office_page(may_lag=True)
def download(request: OfficeRequest, listing: str) -> StreamingHttpResponse:
    """A list as a table, row by row."""
    make = LISTINGS.get(listing)
    if make is None and listing in OWNERS_LISTINGS and not request.desk.is_owner:
        raise PermissionDenied
    make = make or OWNERS_LISTINGS.get(listing)
    if make is None:
        raise Http404
    salon = request.desk.salon
    span = span_of(salon, request.GET)
    found = make(salon, span)
    response = StreamingHttpResponse(
        csv_lines(found.header, found.rows, decimal_comma=get_language() in DECIMAL_COMMA),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{salon.slug}-{listing}-{span.period.first}-{span.period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
