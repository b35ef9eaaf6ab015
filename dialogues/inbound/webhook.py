"""`POST /webhook/sendpulse[/<secret>]`: authenticate, store, answer. No network call, nothing else."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from dialogues import flow
from dialogues.inbound import brake, credentials, events, intake, unreadable
from dialogues.inbound.bodies import read_json
from dialogues.inbound.credentials import Admission, Presented, Refusal, Salon
from dialogues.inbound.events import Json
from dialogues.inbound.intake import RawEvent
from projects.errors import InvalidJSON, envelope

# SendPulse posts an event or two at a time, all of one bot.
MAX_EVENTS, MAX_BOTS = 1000, 50
INVALID_JSON = "invalid_json"
NOT_FOUND = 404
_log = logging.getLogger(__name__)


@dataclass
class _Sorted:
    """Events of one request by what becomes of them."""

    to_store: list[RawEvent] = field(default_factory=list)
    strays: list[Any] = field(default_factory=list)
    not_opened: list[Salon] = field(default_factory=list)


@csrf_exempt
def sendpulse(request: HttpRequest, secret: str = "") -> HttpResponse:
    """The webhook as a Django view."""
    if request.method != "POST":
        return JsonResponse(envelope(405, message="Only POST."), status=405, headers={"Allow": "POST"})
    try:
        presented = Presented(
            secrets=tuple(filter(None, (secret, _from_query(request), _from_header(request)))),
            signature=request.META.get("HTTP_X_SENDPULSE_SIGNATURE", ""),
            body=request.body,
        )
        brake.hold_back(request, presented)
        answer = receive(presented)
        _log.info("taken in: %s", _told(answer))
        return HttpResponse(json.dumps(answer), content_type="application/json")
    except Refusal as found:
        refusal = brake.judge_wrong(request, found) if found.status == 401 else found
        return JsonResponse(
            envelope(refusal.status, code=refusal.code, message=refusal.message, fields=refusal.fields),
            status=refusal.status,
            headers=refusal.headers,
        )
    except (DatabaseError, InterfaceError):
        _log.exception("events could not be stored")
        return JsonResponse(envelope(503), status=503, headers={"Retry-After": "5"})


def _told(answer: Json) -> str:
    """The numbers of an answer; a flow's has words for the client."""
    return ", ".join(f"{name} {n}" for name, n in answer.items() if type(n) is int) or "a flow's request"


def _from_query(request: HttpRequest) -> str:
    if not request.META.get("QUERY_STRING"):  # request.GET costs a twentieth of the whole request
        return ""
    return request.GET.get("secret", "")


def _from_header(request: HttpRequest) -> str:
    value: str = request.META.get("HTTP_X_WEBHOOK_SECRET", "")
    return value


def receive(presented: Presented) -> Json:
    """Take one request in; returns the JSON answer. Raises Refusal."""
    if len(presented.body) > settings.MAX_BODY_BYTES:
        raise Refusal(413, "too_large", "The body is larger than 1 MiB.")
    admission = credentials.admit(presented)
    document: Any = None
    try:
        document = _document(presented.body)
        is_flow = isinstance(document, dict) and flow.is_request(document)
        posted = [] if is_flow else _events(document)
    except Refusal as refusal:
        if refusal.code == INVALID_JSON or isinstance(document, str):
            unreadable.keep(presented, admission)
        elif admission is None:
            raise credentials.refused() from None
        raise
    bots = {events.bot_id_of(event) for event in posted if isinstance(event, dict)}
    if len(bots) > MAX_BOTS:
        raise _too_many(400, "events[].bot.id", f"At most {MAX_BOTS} different bots in one body.")
    slug = flow.slug_of(document) if is_flow else ""
    admission = admission or credentials.admit_signed(presented, bots=bots, slug=slug)
    return _answer_flow(document, presented, admission) if is_flow else _take(posted, bots, admission)


def _answer_flow(document: Json, presented: Presented, admission: Admission) -> Json:
    """What the flow is told; words that cannot be taken to any client's chat are kept. Raises Refusal."""
    try:
        return flow.wait(document, admission)
    except flow.Unusable as unusable:
        unreadable.keep(presented, admission, note=unreadable.OF_NOBODY)
        return unusable.answer
    except Refusal as refusal:
        if refusal.status == NOT_FOUND:
            unreadable.keep(presented, admission, note=unreadable.OF_NO_PROJECT)
        raise


def _document(body: bytes) -> Any:
    """What was posted, a flow's request also with texts that were not escaped. Raises Refusal."""
    try:
        document = read_json(body)
        is_flow = isinstance(document, dict) and flow.is_request(document)
        if is_flow and (flow.names_twice(body) or flow.has_other_keys(document, body)):
            raise InvalidJSON("Keys stand twice in the body, or are none of its template.")
        return document
    except InvalidJSON:
        try:
            repaired = flow.repair(body.decode())
        except UnicodeDecodeError:
            repaired = None
        if repaired is None:
            raise Refusal(400, INVALID_JSON, "The body is not JSON that can be read.") from None
        return repaired


def _events(document: Any) -> list[Any]:
    """What was posted, one event or several. Raises Refusal."""
    if not isinstance(document, list | dict):
        raise Refusal(400, "invalid", "Send an array of events, or one event.")
    posted = document if isinstance(document, list) else [document]
    if len(posted) > MAX_EVENTS:
        raise _too_many(413, "events", f"At most {MAX_EVENTS} events in one body.")
    return posted


def _too_many(status: int, path: str, message: str) -> Refusal:
    return Refusal(status, "too_many", message, {path: [message]})


def _take(posted: Sequence[Any], bots: set[str], admission: Admission) -> Json:
    """Store the events that the secret is good for.

    Events of bots that it does not open are left out and counted as ignored beside ones that it does open;
    alone they are refused. What is of no salon at all counts as ignored, too, and is kept.
    """
    found = _sort(posted, credentials.salons_of(admission, bots), admission)
    if found.not_opened and not found.to_store:
        raise admission.refusal(max(found.not_opened, key=lambda salon: salon.key))
    stored = intake.store(found.to_store)
    if found.strays:
        unreadable.keep_strays(found.strays, admission)
    return {
        "accepted": stored,
        "duplicates": len(found.to_store) - stored,
        "ignored": len(found.strays) + len(found.not_opened),
    }


def _sort(posted: Sequence[Any], salons: Mapping[str, Salon], admission: Admission) -> _Sorted:
    found = _Sorted()
    for event in posted:
        salon = salons.get(events.bot_id_of(event)) if isinstance(event, dict) else None
        if salon is None:
            found.strays.append(event)
        elif admission.opens(salon):
            found.to_store.append(_raw(event, salon))
        else:
            found.not_opened.append(salon)
    return found


def _raw(event: Json, salon: Salon) -> RawEvent:
    title, contact_id = events.title_of(event), events.contact_id_of(event)
    return RawEvent(
        project_id=salon.project_id,
        dedupe_key=events.dedupe_key_of(event, title=title, bot_id=salon.bot_id, contact_id=contact_id),
        bot_id=salon.bot_id,
        contact_id=contact_id,
        title=title,
        body=event,
    )
