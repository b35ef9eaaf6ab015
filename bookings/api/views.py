"""Slots and bookings over HTTP."""

from urllib.parse import urlencode

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import bodies, listing, requests, slot_query
from bookings.api.answers import booking_json
from bookings.operations import reject_booking
from bookings.operations.preconditions import own_booking
from bookings.selectors import find_slots
from projects.api import ProjectView, parse_body

_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Makes a repeat harmless"
)
_REFUSALS = dict.fromkeys((400, 409, 422), bodies.RefusalAnswer)


def _query(*names: str) -> list[OpenApiParameter]:
    return [OpenApiParameter(name, str, OpenApiParameter.QUERY) for name in names]


class SlotsView(ProjectView):
    @extend_schema(
        operation_id="slots_list",
        parameters=_query(*slot_query.PARAMETERS),
        responses={200: bodies.SlotsAnswer, 400: bodies.RefusalAnswer},
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Free starts of a service. Several `service` parameters ask for one visit of all of them."""
        slots = find_slots(project=self.project, **slot_query.asked(self.project, request.query_params))
        return Response({"slots": [slot.as_json() for slot in slots]})


class BookingsView(ProjectView):
    @extend_schema(
        operation_id="bookings_list",
        parameters=_query(
            "date_from", "date_to", "status", "specialist", "service", "contact_id", "limit", "after"
        ),
        responses={200: bodies.BookingsAnswer, 400: bodies.RefusalAnswer},
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Bookings by start, all statuses unless one is asked for."""
        found, mark = listing.page(self.project, request.query_params)
        return Response(
            {
                "bookings": [booking_json(booking, self.project) for booking in found],
                "next": _next_url(request, mark),
            }
        )

    @extend_schema(
        operation_id="bookings_create",
        parameters=[_KEY],
        request=bodies.BookingRequest,
        responses={200: bodies.BookingAnswer, 201: bodies.BookingAnswer, **_REFUSALS},
    )
    def post(self, request: Request, project_id: str) -> Response:
        """Book a visit; 200 instead of 201 when this key has booked it already."""
        done = requests.book(
            project=self.project,
            body=parse_body(request, bodies.BookingRequest),
            origin=requests.origin_of(self.api_key),
            key=request.headers.get("Idempotency-Key", ""),
        )
        booking = own_booking(self.project, done.bookings[0].pk, None)
        return Response(booking_json(booking, self.project), status=201 if done.is_new else 200)


class BookingView(ProjectView):
    @extend_schema(operation_id="bookings_read", responses={200: bodies.BookingAnswer})
    def get(self, request: Request, project_id: str, booking_id: int) -> Response:
        """One booking."""
        return Response(booking_json(own_booking(self.project, booking_id, None), self.project))

    @extend_schema(
        operation_id="bookings_change",
        parameters=[_KEY],
        request=bodies.BookingPatch,
        responses={200: bodies.BookingAnswer, **_REFUSALS},
    )
    def patch(self, request: Request, project_id: str, booking_id: int) -> Response:
        """Move a visit, change its service, specialist or guest, or say how it ended."""
        booking = requests.patch(
            project=self.project,
            booking_id=booking_id,
            body=parse_body(request, bodies.BookingPatch),
            origin=requests.origin_of(self.api_key),
            key=request.headers.get("Idempotency-Key", ""),
        )
        return Response(booking_json(booking, self.project))

    @extend_schema(operation_id="bookings_cancel", responses={200: bodies.BookingAnswer})
    def delete(self, request: Request, project_id: str, booking_id: int) -> Response:
        """Cancel a visit; the row stays."""
        origin = requests.origin_of(self.api_key)
        booking = reject_booking(project=self.project, booking_id=booking_id, origin=origin)
        return Response(booking_json(booking, self.project))


def _next_url(request: Request, mark: str | None) -> str | None:
    if mark is None:
        return None
    query = request.query_params.copy()
    query["after"] = mark
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query, doseq=True)}"
