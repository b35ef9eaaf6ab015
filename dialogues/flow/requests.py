"""The requests that wait, as rows: made by a web thread, answered or let go by the lane."""

import hashlib
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import lanes, queries, topics
from dialogues.flow import bodies
from dialogues.flow.bodies import Asked
from dialogues.flow.switchboard import capacity, notify, switchboard
from dialogues.inbound import events, intake
from dialogues.inbound.credentials import Admission, Refusal, salon_named
from dialogues.inbound.events import Json
from dialogues.inbound.intake import RawEvent
from dialogues.models import Dialogue, Message, SyncRequest
from dialogues.outbound.holding import HELD
from dialogues.outbound.texts import CHANNEL_LIMIT, utf16_length
from dialogues.selectors import ALERT_KIND
from projects.models import Project

BY_FLOW = "answered in the flow"
GRACE = timedelta(seconds=2)


class Unusable(Exception):
    """Something was said, but by nobody or in no words; `answer` is what the flow is told."""

    def __init__(self, answer: Json) -> None:
        super().__init__("unusable")
        self.answer = answer


def wait(document: Json, admission: Admission) -> Json:
    """Take the request in, wait for its reply, and say what the flow is to do. Raises Refusal, Unusable."""
    ends = time.monotonic() + settings.SYNC_WAIT_SECONDS
    salon = salon_named(admission, bodies.slug_of(document))
    if salon is None:
        raise Refusal(404, "not_found", "There is no project with this project_id.")
    if not admission.opens(salon):
        raise admission.refusal(salon)
    asked = bodies.read(document)
    if not asked.is_legible or (asked.has_content and not asked.contact_id):
        raise Unusable(bodies.say_nothing(document, status="200" if asked.contact_id else "500"))
    if not asked.contact_id or not asked.has_content:
        return bodies.say_nothing(document, status="200" if asked.contact_id else "500")
    may_wait = capacity.take(salon.project_id, most=share_of(salon.project_id))
    try:
        request = _register(document, salon.project_id, asked, may_wait=may_wait)
        if request.state == SyncRequest.State.WAITING:
            request = _await_reply(request, ends)
    finally:
        if may_wait:
            capacity.give_back(salon.project_id)
    if request.state == SyncRequest.State.ANSWERED:
        return bodies.reply(document, request.answer)
    return bodies.say_nothing(document)


def share_of(project_id: int) -> int:
    """How many requests of this salon may wait in one web process."""
    others = Project.objects.filter(is_active=True).exclude(pk=project_id)
    rows = Project.objects.filter(pk=project_id).annotate(has_others=Exists(others))
    own, has_others = rows.values_list("allowance__flow_places", "has_others").first() or (None, True)
    share = max(1, capacity.places // 2) if has_others else capacity.places
    return own or settings.SALON_FLOW_PLACES or share


def expect(*, dialogue: Dialogue) -> None:
    """The words of a request are in its lane, whose row is locked: a reply is offered to it from now on."""
    request = _waiting(dialogue)
    if request is not None:
        dialogue.sync_until = request.expires_at
        dialogue.save(update_fields=["sync_until"])


def offer(*, dialogue: Dialogue, now: datetime) -> datetime | None:
    """Tell a waiting request that a reply is there; returns when it is to be pushed if nobody took it."""
    if dialogue.sync_until is None or dialogue.sync_until <= now:
        return None
    request = _waiting(dialogue)
    if request is None:
        return None
    notify([request.pk])
    return request.expires_at + GRACE


def release(*, dialogue: Dialogue) -> None:
    """Nothing will be said for now: let the caller of a waiting request go at once."""
    if dialogue.sync_until is None or dialogue.sync_until <= timezone.now():
        return
    request = _waiting(dialogue)
    if request is not None:
        SyncRequest.objects.filter(pk=request.pk, state=SyncRequest.State.WAITING).update(
            state=SyncRequest.State.RELEASED
        )
        notify([request.pk])
        # What was already said for the flow to take is pushed instead, and not only after the grace.
        _push(dialogue)


def _waiting(dialogue: Dialogue) -> SyncRequest | None:
    """The client's newest request, if its caller still waits."""
    newest = _requests(dialogue.project_id, dialogue.client.contact_id).defer("answer").first()
    if newest is None or newest.state != SyncRequest.State.WAITING or newest.expires_at <= timezone.now():
        return None
    return newest


def _requests(project_id: int, contact_id: str) -> QuerySet[SyncRequest]:
    """All requests of a client, the newest first."""
    return SyncRequest.objects.filter(project_id=project_id, contact_id=contact_id).order_by("-pk")


def _push(dialogue: Dialogue) -> None:
    outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project)


@transaction.atomic
def _register(document: Json, project_id: int, asked: Asked, *, may_wait: bool) -> SyncRequest:
    """Store request and event, and let an older request of the same client go."""
    _one_at_a_time(project_id, asked.contact_id)
    mine = _requests(project_id, asked.contact_id)
    previous = mine.first()
    is_repeat = previous is not None and previous.fingerprint == asked.fingerprint
    if previous is not None and is_repeat and asked.is_retry and previous.state != SyncRequest.State.WAITING:
        return previous  # answered: the same answer again; let go: its reply is pushed
    request = SyncRequest.objects.create(
        project_id=project_id,
        contact_id=asked.contact_id,
        fingerprint=asked.fingerprint,
        state=SyncRequest.State.WAITING if may_wait else SyncRequest.State.EXPIRED,
        expires_at=timezone.now() + timedelta(seconds=settings.SYNC_WAIT_SECONDS),
    )
    older = mine.filter(state=SyncRequest.State.WAITING, pk__lt=request.pk)
    overtaken = list(older.values_list("pk", flat=True))
    mine.filter(pk__in=overtaken).update(state=SyncRequest.State.SUPERSEDED)
    notify(overtaken)
    still_waited = previous is not None and previous.pk in overtaken
    if not (is_repeat and still_waited):
        intake.store([_event(document, request)])
    elif may_wait:  # the repeated request waits for the same lane, longer than the first
        whose = {"client__project_id": project_id, "client__contact_id": request.contact_id}
        lane = Dialogue.objects.filter(project_id=project_id, **whose)
        lane.update(sync_until=request.expires_at)
    return request


def _one_at_a_time(project_id: int, contact_id: str) -> None:
    """Two deliveries of one request must not both be the first."""
    digest = hashlib.sha256(f"flow:{project_id}:{contact_id}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_NAME, [int.from_bytes(digest[:8], signed=True)])


def _event(document: Json, request: SyncRequest) -> RawEvent:
    return RawEvent(
        project_id=request.project_id,
        dedupe_key=f"flow:{request.pk}",
        bot_id="",
        contact_id=request.contact_id,
        title=events.FLOW_REQUEST,
        body=document,
    )


def _await_reply(request: SyncRequest, ends: float) -> SyncRequest:
    with switchboard.line(request.pk) as news:
        while True:
            news.wait(max(0.0, ends - time.monotonic()))
            news.clear()
            request = look(request.pk, is_over=time.monotonic() >= ends)
            if request.state != SyncRequest.State.WAITING:
                return request


@transaction.atomic
def look(request_id: int, *, is_over: bool) -> SyncRequest:
    """Take the reply if it is there; if the time is over, leave it to the push."""
    request = SyncRequest.objects.get(pk=request_id)
    dialogue = lanes.lock_of_contact(project_id=request.project_id, contact_id=request.contact_id)
    request = SyncRequest.objects.select_for_update().get(pk=request_id)
    if request.state != SyncRequest.State.WAITING:
        return request
    if dialogue is not None and _take(dialogue, request):
        return request
    if is_over:
        request.state = SyncRequest.State.EXPIRED
        request.save(update_fields=["state"])
        if dialogue is not None:
            _push(dialogue)
    return request


def _take(dialogue: Dialogue, request: SyncRequest) -> bool:
    """Mark what is queued as sent by the flow and make it the request's answer; False if nothing is there.

    What does not fit into one message, or would overtake one whose fate is open, is left to the push.
    """
    unsent = Message.objects.filter(dialogue=dialogue, direction=Message.Direction.OUT, is_settled=False)
    queued = list(
        unsent.filter(state=Message.State.QUEUED)
        .exclude(Q(kind=ALERT_KIND) | HELD)
        .order_by("pk")
        .only("text")
    )
    if not queued:
        return False
    text = "\n\n".join(message.text for message in queued)
    ahead = unsent.filter(state__in=[Message.State.SENDING, Message.State.UNCERTAIN])
    if utf16_length(text) > CHANNEL_LIMIT or ahead.exists():
        request.state = SyncRequest.State.RELEASED
        _push(dialogue)
    else:
        Message.objects.filter(pk__in=[message.pk for message in queued]).update(
            state=Message.State.SENT, sent_at=timezone.now(), via_flow=True, note=BY_FLOW
        )
        request.state, request.answer = SyncRequest.State.ANSWERED, text
    request.save(update_fields=["state", "answer"])
    return True
