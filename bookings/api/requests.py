"""What the views ask of the operations: requests resolved within one project and one transaction."""

from django.db import transaction

from bookings.api import parsing
from bookings.api.bodies import BookingPatch, BookingRequest, ClientBody
from bookings.errors import InvalidRequest
from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import (
    Activation,
    Item,
    Origin,
    activate,
    bookings_of_visit,
    change_booking,
    complete_booking,
    get_or_create_client,
    idempotency,
    mark_no_show,
    update_client,
)
from bookings.operations.preconditions import own_booking
from bookings.values import VisitChange, VisitRequest
from projects.models import ApiKey, Project


def origin_of(api_key: ApiKey) -> Origin:
    """The API acts for staff; the audit line tells which key."""
    return Origin(source=Booking.Source.API, actor=f"key {api_key.prefix}", for_staff=True)


def book(*, project: Project, body: BookingRequest, origin: Origin, key: str) -> Activation:
    """Book what the body asks for. A repeat is answered first: its names may have changed since."""
    mark = idempotency.fingerprint(method="POST", body=body.model_dump(mode="json"))
    done = idempotency.find(project=project, key=key, mark=mark)
    if done is not None:
        return Activation(bookings_of_visit(project, done), is_new=False)
    item = _item(project, body)
    with transaction.atomic():
        return activate(
            request=VisitRequest(
                project=project,
                client=_client(project, body.client),
                items=[item],
                origin=origin,
                idempotency_key=key,
                fingerprint=mark,
                guest_name=body.guest_name or "",
                guest_phone=body.guest_phone or "",
            )
        )


def _item(project: Project, body: BookingRequest) -> Item:
    mistakes = parsing.Mistakes()
    start = mistakes.attempt("start", parsing.moment, body.start, project)
    service = mistakes.attempt("service", parsing.named, Service, project, body.service)
    specialist = None
    if body.specialist is not None:
        specialist = mistakes.attempt("specialist", parsing.named, Specialist, project, body.specialist)
    if not (body.client.contact_id or body.client.phone or body.client.name):
        mistakes.fields["client"] = ["needs at least one of contact_id, phone, name"]
    for path, said in (("client.phone", body.client.phone), ("guest_phone", body.guest_phone)):
        mistakes.attempt(path, parsing.phone, said or "", project, path)
    mistakes.finish()
    if start is None or service is None:
        raise InvalidRequest("The request is not valid.")
    return Item(service_id=service, specialist_id=specialist, start=start)


def _client(project: Project, body: ClientBody) -> Client:
    """Return the client with what staff say of them now."""
    client = get_or_create_client(
        project=project,
        contact_id=body.contact_id or "",
        name=body.name or "",
        phone=body.phone or "",
    )
    return update_client(client=client, name=body.name or None, phone=body.phone or None)


def patch(*, project: Project, booking_id: int, body: BookingPatch, origin: Origin, key: str) -> Booking:
    """Change and, if asked, finish a booking: both or neither."""
    visit_id = own_booking(project, booking_id, None).visit_id
    mark = idempotency.fingerprint(method="PATCH", booking=booking_id, body=body.model_dump(mode="json"))
    if idempotency.find(project=project, key=key, mark=mark) is not None:
        return own_booking(project, booking_id, None)
    change = _change(project, body)
    with transaction.atomic():
        if idempotency.claim(project=project, key=key, mark=mark, visit_id=visit_id) is not None:
            return own_booking(project, booking_id, None)
        if body.model_fields_set - {"status"}:
            change_booking(project=project, booking_id=booking_id, origin=origin, change=change)
        if body.status == "completed":
            complete_booking(project=project, booking_id=booking_id, origin=origin)
        elif body.status == "no_show":
            mark_no_show(project=project, booking_id=booking_id, origin=origin)
        return own_booking(project, booking_id, None)


def _change(project: Project, body: BookingPatch) -> VisitChange:
    mistakes = parsing.Mistakes()
    start = service = specialist = None
    if body.start is not None:
        start = mistakes.attempt("start", parsing.moment, body.start, project)
    if body.service is not None:
        service = mistakes.attempt("service", parsing.named, Service, project, body.service)
    if body.specialist is not None:
        specialist = mistakes.attempt("specialist", parsing.named, Specialist, project, body.specialist)
    mistakes.attempt("guest_phone", parsing.phone, body.guest_phone or "", project, "guest_phone")
    mistakes.finish()
    return VisitChange(
        start=start,
        service_id=service,
        specialist_id=specialist,
        guest_name=body.guest_name,
        guest_phone=body.guest_phone,
    )
