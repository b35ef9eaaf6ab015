"""The synchronous mode: a flow's API request waits for the reply of its lane.

A reply is taken by the waiting thread or pushed by `delivery`, exactly one of them: whoever changes the rows
from `queued` first.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import lanes, topics
from dialogues.flow import answers, bodies
from dialogues.flow.waiting import capacity, switchboard
from dialogues.inbound import events, intake
from dialogues.inbound.credentials import Door, Presented, Refusal, doors, not_configured, unauthorized
from dialogues.inbound.events import Json
from dialogues.inbound.intake import ProjectChangedError, RawEvent
from dialogues.inbound.values import clean, real_value
from dialogues.models import Dialogue, Message, SyncRequest
from dialogues.outbound.texts import CHANNEL_LIMIT, utf16_length
from dialogues.selectors import ALERT_KIND

BY_FLOW = "answered in the flow"
_TRIES = 3
_YES = {"true", "1", "yes"}


@dataclass(frozen=True)
class _Asked:
    """What a flow's request says, holes filled with nothing."""

    contact_id: str
    text: str
    has_content: bool
    is_retry: bool
    fingerprint: str


def is_one(document: Json) -> bool:
    """Is this JSON object a flow's API request rather than a native event?"""
    return "project_id" in document and "response" in document


def answer(document: Json, presented: Presented) -> Json:
    """Take the request in, wait for its reply, and say what the flow is to do. Raises Refusal."""
    ends = time.monotonic() + settings.SYNC_WAIT_SECONDS
    asked = _read(document)
    door = _enter(document, presented, fresh=False)
    if not asked.contact_id or not asked.has_content:
        return say_nothing(document, status="200" if asked.contact_id else "500")
    may_wait = capacity.take()
    try:
        request = _register(document, presented, door, asked, may_wait=may_wait)
        if request.state == SyncRequest.State.WAITING:
            request = _wait(request, ends)
    finally:
        if may_wait:
            capacity.give_back()
    if request.state == SyncRequest.State.ANSWERED:
        return _tell(document, send="TRUE", text=request.answer, count="0", status="200")
    return say_nothing(document)


def say_nothing(document: Json, *, status: str = "200") -> Json:
    """FALSE with a null count: another request answers, or the reply is pushed."""
    return _tell(document, send="FALSE", text="", count=None, status=status)


def _tell(document: Json, *, send: str, text: str, count: str | None, status: str) -> Json:
    said = document.get("response")
    return {
        "send_status": send,
        "gpt_response": text,
        "pic": "",
        "count": count,
        "status": status,
        "user_message": clean(said) if isinstance(said, str) else "",
    }


def _read(document: Json) -> _Asked:
    text = real_value(document.get("response"))
    contact_id = bodies.flow_contact(document)
    parts = [contact_id, document.get("date"), text, document.get("image_url")]
    line = json.dumps(parts, default=str)
    return _Asked(
        contact_id=contact_id,
        text=text,
        has_content=bool(text or real_value(document.get("image_url"))),
        is_retry=str(document.get("retry", "")).strip().lower() in _YES,
        fingerprint=hashlib.sha256(line.encode()).hexdigest(),
    )


def _enter(document: Json, presented: Presented, *, fresh: bool) -> Door:
    """The door of the named project, if the secret opens it. Raises Refusal."""
    slug = document.get("project_id")
    name = slug if isinstance(slug, str) and slug.isascii() and slug.isprintable() else ""
    door, fits = doors.try_on("slug", name, presented, fresh=fresh)
    if door is None:
        doors.demand_any(presented)
        raise Refusal(404, "not_found", "There is no project with this project_id.")
    if not fits:
        raise unauthorized() if door.secret else not_configured()
    return door


def _register(
    document: Json, presented: Presented, door: Door, asked: _Asked, *, may_wait: bool
) -> SyncRequest:
    """Store request and event, and let an older request of the same client go."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _register_once(document, door, asked, may_wait=may_wait)
        except ProjectChangedError:
            door = _enter(document, presented, fresh=True)
    raise Refusal(503, "unavailable", "The project is being changed. Try again in a moment.")


def _register_once(document: Json, door: Door, asked: _Asked, *, may_wait: bool) -> SyncRequest:
    _one_at_a_time(door.project_id, asked.contact_id)
    mine = SyncRequest.objects.filter(project_id=door.project_id, contact_id=asked.contact_id)
    previous = mine.order_by("-pk").first()
    is_repeat = previous is not None and previous.fingerprint == asked.fingerprint
    if previous is not None and is_repeat and asked.is_retry and previous.state != SyncRequest.State.WAITING:
        return previous  # answered: the same answer again; let go: its reply is pushed
    request = mine.create(
        project_id=door.project_id,
        contact_id=asked.contact_id,
        fingerprint=asked.fingerprint,
        state=SyncRequest.State.WAITING if may_wait else SyncRequest.State.EXPIRED,
        expires_at=timezone.now() + timedelta(seconds=settings.SYNC_WAIT_SECONDS),
    )
    overtaken = list(
        mine.filter(state=SyncRequest.State.WAITING, pk__lt=request.pk).values_list("pk", flat=True)
    )
    mine.filter(pk__in=overtaken).update(state=SyncRequest.State.SUPERSEDED)
    answers.notify(overtaken)
    still_waited = previous is not None and previous.pk in overtaken
    if not (is_repeat and still_waited):
        intake.store([_event(document, door, asked, request)])
    elif may_wait:
        _extend_wait(door.project_id, request)
    return request


def _one_at_a_time(project_id: int, contact_id: str) -> None:
    """Two deliveries of one request must not both be the first."""
    digest = hashlib.sha256(f"flow:{project_id}:{contact_id}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def _event(document: Json, door: Door, asked: _Asked, request: SyncRequest) -> RawEvent:
    return RawEvent(
        project_id=door.project_id,
        version=door.version,
        dedupe_key=f"flow:{request.pk}",
        bot_id="",
        contact_id=asked.contact_id,
        title=events.FLOW_REQUEST,
        body=document,
    )


def _extend_wait(project_id: int, request: SyncRequest) -> None:
    """The repeated request waits for the same lane, longer than the first."""
    Dialogue.objects.filter(project_id=project_id, client__contact_id=request.contact_id).update(
        sync_until=request.expires_at
    )


def _wait(request: SyncRequest, ends: float) -> SyncRequest:
    with switchboard.line(request.pk) as news:
        while True:
            news.wait(max(0.0, ends - time.monotonic()))
            news.clear()
            request = _look(request.pk, is_over=time.monotonic() >= ends)
            if request.state != SyncRequest.State.WAITING:
                return request


def _look(request_id: int, *, is_over: bool) -> SyncRequest:
    """Take the reply if it is there; if the time is over, leave it to the push."""
    with transaction.atomic():
        request = SyncRequest.objects.get(pk=request_id)
        dialogue = _dialogue_of(request)
        request = SyncRequest.objects.select_for_update().get(pk=request_id)
        if request.state != SyncRequest.State.WAITING:
            return request
        if dialogue is not None and _take(dialogue, request):
            return request
        if is_over:
            request.state = SyncRequest.State.EXPIRED
            request.save(update_fields=["state"])
            if dialogue is not None:
                outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project)
        return request


def _dialogue_of(request: SyncRequest) -> Dialogue | None:
    known = Dialogue.objects.filter(project_id=request.project_id, client__contact_id=request.contact_id)
    dialogue_id = known.values_list("pk", flat=True).first()
    return None if dialogue_id is None else lanes.lock(dialogue_id)


def _take(dialogue: Dialogue, request: SyncRequest) -> bool:
    """Mark what is queued as sent by the flow and make it the request's answer; False if nothing is there.

    What does not fit into one message, or would overtake one whose fate is open, is left to the push.
    """
    unsent = Message.objects.filter(dialogue=dialogue, direction=Message.Direction.OUT, is_settled=False)
    queued = list(unsent.filter(state=Message.State.QUEUED).exclude(kind=ALERT_KIND).order_by("pk"))
    if not queued:
        return False
    text = "\n\n".join(message.text for message in queued)
    ahead = unsent.filter(state__in=[Message.State.SENDING, Message.State.UNCERTAIN])
    if utf16_length(text) > CHANNEL_LIMIT or ahead.exists():
        request.state = SyncRequest.State.RELEASED
        outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project)
    else:
        Message.objects.filter(pk__in=[message.pk for message in queued]).update(
            state=Message.State.SENT, sent_at=timezone.now(), via_flow=True, note=BY_FLOW
        )
        request.state, request.answer = SyncRequest.State.ANSWERED, text
    request.save(update_fields=["state", "answer"])
    return True
