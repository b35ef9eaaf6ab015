"""`POST /webhook/sendpulse[/<secret>]`: authenticate, store, answer. No network call, nothing else."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from dialogues.flow import requests
from dialogues.inbound import events
from dialogues.inbound.credentials import Door, Presented, Refusal, doors, not_configured, unauthorized
from dialogues.inbound.events import Json
from dialogues.inbound.intake import ProjectChangedError, RawEvent, store
from projects.errors import envelope

_log = logging.getLogger(__name__)
_TRIES = 3  # a project saved again and again while its events arrive


@dataclass
class Counts:
    """The answer to a native webhook."""

    accepted: int = 0
    duplicates: int = 0
    ignored: int = 0


@dataclass
class _Sorted:
    """Events of one request by what becomes of them."""

    to_store: list[RawEvent] = field(default_factory=list)
    ignored: int = 0
    foreign: int = 0
    shut: int = 0


@csrf_exempt
def sendpulse(request: HttpRequest, secret: str = "") -> HttpResponse:
    """The webhook as a Django view."""
    if request.method != "POST":
        return JsonResponse(envelope(405, message="Only POST."), status=405, headers={"Allow": "POST"})
    try:
        body = request.body
        presented = Presented(
            secrets=tuple(filter(None, (secret, _from_query(request), _from_header(request)))),
            signature=request.META.get("HTTP_X_SENDPULSE_SIGNATURE", ""),
            body=body,
        )
        return HttpResponse(json.dumps(receive(presented)), content_type="application/json")
    except Refusal as refusal:
        return JsonResponse(
            envelope(refusal.status, code=refusal.code, message=refusal.message), status=refusal.status
        )
    except (DatabaseError, InterfaceError):
        _log.exception("events could not be stored")
        return JsonResponse(envelope(503), status=503, headers={"Retry-After": "5"})


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
    try:
        document = read_json(presented.body)
        posted = document if isinstance(document, list) else [document]
        if not isinstance(document, list | dict):
            raise Refusal(400, "invalid", "Send an array of events, or one event.")
    except Refusal:
        doors.demand_any(presented)
        raise
    if isinstance(document, dict) and requests.is_one(document):
        return requests.answer(document, presented)
    counts = _store_native(posted, presented)
    return {"accepted": counts.accepted, "duplicates": counts.duplicates, "ignored": counts.ignored}


def read_json(body: bytes) -> Any:
    """The document, also one with integers that Python refuses to read. Raises Refusal."""
    try:
        return json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "invalid_json", "The body is not JSON.") from error
    except ValueError:  # an integer of thousands of digits: keep it as text
        return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < 100 else digits)


def _store_native(posted: list[Any], presented: Presented) -> Counts:
    fresh = False
    for _ in range(_TRIES):
        found = _sort(posted, presented, fresh=fresh)
        _demand_entry(found, presented)
        try:
            stored = store(found.to_store)
        except ProjectChangedError:
            fresh = True
            continue
        return Counts(stored, len(found.to_store) - stored, found.ignored + found.foreign + found.shut)
    raise Refusal(503, "unavailable", "The project is being changed. Try again in a moment.")


def _sort(posted: Iterable[Any], presented: Presented, *, fresh: bool) -> _Sorted:
    """Find the door of every event and try the secret on it, once per bot."""
    found = _Sorted()
    tried: dict[str, tuple[Door | None, bool]] = {}
    for event in posted:
        if not isinstance(event, dict):
            found.ignored += 1
            continue
        bot_id = events.bot_id_of(event)
        if bot_id not in tried:
            tried[bot_id] = doors.try_on("bot", bot_id, presented, fresh=fresh)
        door, fits = tried[bot_id]
        if door is None:
            found.ignored += 1
        elif fits:
            found.to_store.append(_raw(event, bot_id, door))
        elif door.secret:
            found.foreign += 1
        else:
            found.shut += 1
    return found


def _demand_entry(found: _Sorted, presented: Presented) -> None:
    """Somebody who opened a door may post; others must at least hold a secret of the installation.

    Events of bots whose door did not open are left out and counted as ignored only beside ones that it did
    open for; alone they are refused.
    """
    if found.to_store:
        return
    if found.foreign:
        raise unauthorized()
    if found.shut:
        raise not_configured()
    doors.demand_any(presented)


def _raw(event: Json, bot_id: str, door: Door) -> RawEvent:
    title, contact_id = events.title_of(event), events.contact_id_of(event)
    return RawEvent(
        project_id=door.project_id,
        version=door.version,
        dedupe_key=events.dedupe_key_of(event, title=title, bot_id=bot_id, contact_id=contact_id),
        bot_id=bot_id,
        contact_id=contact_id,
        title=title,
        body=event,
    )
