"""The life of an attachment: expected, fetched, heard; a turn waits for it a bounded time."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim, RetryLater
from dialogues import lanes, topics
from dialogues.media import transcriber
from dialogues.media.errors import TryLater, Unavailable
from dialogues.media.fetching import fetch, is_to_be_had
from dialogues.media.kinds import kind_of, sniff
from dialogues.models import Attachment, Dialogue, Message, channel_of
from dialogues.outbound.texts import text_hash

State = Attachment.State
PENDING = (State.WAITING, State.HEARING)
RETRY_SECONDS = (1.0, 3.0, 10.0, 30.0, 120.0)
MOST_BYTES_A_DAY = 200 * 1024 * 1024  # of one client
ATTEMPTS = len(RETRY_SECONDS) + 1


def expect(*, dialogue: Dialogue, message: Message) -> None:
    """Have the photo or recording of a new message fetched, and let the turn wait for what it can use.

    Belongs to the caller's transaction, the lane's row locked; changes `dialogue` without saving it.
    """
    kind = kind_of(message)
    if kind is None or not is_to_be_had(message):
        return
    made = Attachment(project_id=message.project_id, message=message, kind=kind)
    if _sent_today(dialogue) > MOST_BYTES_A_DAY:
        made.state, made.note = State.FAILED, "more than one client may send in a day"
    made.save()
    if made.state == State.FAILED:
        return
    outbox.put(topics.ATTACHMENT_EXPECTED, key=str(made.pk), project=dialogue.project)
    if message.kind != "photo" and not _will_be_heard(made, message):
        return
    wait = timedelta(seconds=settings.MEDIA_WAIT_SECONDS)
    longest = timedelta(seconds=channel_of(dialogue.project).max_wait_seconds) + wait
    first = dialogue.first_unanswered_at or message.created_at
    dialogue.awaits_media_until = min(message.created_at + wait, first + longest)


def _sent_today(dialogue: Dialogue) -> int:
    recent = Attachment.objects.filter(created_at__gt=timezone.now() - timedelta(days=1))
    size = recent.filter(message__dialogue=dialogue).aggregate(size=Sum("size"))["size"]
    return size or 0


def _will_be_heard(attachment: Attachment, message: Message) -> bool:
    length = (message.media or {}).get("duration")
    is_short = not isinstance(length, int | float) or length <= settings.VOICE_MAX_SECONDS
    return attachment.kind == Attachment.Kind.RECORDING and is_short and transcriber.is_there()


def handle(claim: Claim) -> None:
    """Fetch and hear what the task names, as far as that is not done yet."""
    rows = Attachment.objects.select_related("message__dialogue__client", "message__dialogue__project")
    attachment = rows.filter(pk=int(claim.key)).first()
    if attachment is not None and attachment.state == State.WAITING:
        attachment = _fetch(attachment, claim)
    if attachment is not None and attachment.state == State.HEARING:
        _hear(attachment, claim)


def _fetch(attachment: Attachment, claim: Claim) -> Attachment | None:
    """Returns the row as it is now; None if the client was forgotten meanwhile."""
    try:
        content = fetch(attachment.message)
        mime_type = sniff(content, attachment.kind)
        if not mime_type:
            raise Unavailable(f"it is no {attachment.kind}")
    except (Unavailable, TryLater) as error:
        return _end(attachment, claim, State.FAILED, error)

    def keep(row: Attachment) -> None:
        row.content, row.size, row.mime_type = content, len(content), mime_type
        row.sha256 = hashlib.sha256(content).hexdigest()
        row.state = State.HEARING if _will_be_heard(row, row.message) else State.DONE
        row.message.media = {**(row.message.media or {}), "attachment": row.pk}
        row.message.save(update_fields=["media"])

    return _change(attachment, claim, keep)


def _hear(attachment: Attachment, claim: Claim) -> None:
    try:
        words = transcriber.hear(attachment.content, attachment.mime_type)
    except (Unavailable, TryLater) as error:
        _end(attachment, claim, State.DONE, error)
        return

    def note_words(row: Attachment) -> None:
        row.heard, row.state = words, State.DONE
        message = row.message
        # While nobody has answered this is what was said; later it is kept beside for staff.
        if message.state == Message.State.RECEIVED and message.turn_id is None:
            message.text = f"{message.text}\n{words}".strip()
            message.text_hash = text_hash(message.text)
            message.media = {**(message.media or {}), "heard": True}
            message.save(update_fields=["text", "text_hash", "media"])

    _change(attachment, claim, note_words)


def _end(attachment: Attachment, claim: Claim, state: State, error: Exception) -> Attachment | None:
    """Do without, unless it may help to try again: a service away for minutes is no task for a person."""
    note = str(error)[:200]
    if isinstance(error, TryLater) and claim.attempts < ATTEMPTS:
        raise RetryLater(RETRY_SECONDS[max(claim.attempts, 1) - 1], note)

    def end(row: Attachment) -> None:
        row.state, row.note = state, note

    return _change(attachment, claim, end)


def _change(attachment: Attachment, claim: Claim, change: Callable[[Attachment], None]) -> Attachment | None:
    """Write what came out, with the lane locked, and wake the turn if it waited for nothing else."""
    with transaction.atomic():
        try:
            dialogue = lanes.lock(attachment.message.dialogue_id)
        except Dialogue.DoesNotExist:
            return None
        claim.assert_held()
        row = Attachment.objects.select_related("message").filter(pk=attachment.pk).first()
        if row is None or row.state not in PENDING:
            return row
        row.message.dialogue = dialogue
        change(row)
        row.save()
        if row.state not in PENDING:
            _wake(dialogue)
        return row


def _wake(dialogue: Dialogue) -> None:
    """Nothing is on its way any more: the lane is due as if only words had come."""
    waiting = Attachment.objects.filter(message__in=lanes.unanswered(dialogue.pk), state__in=PENDING)
    if dialogue.awaits_media_until is None or waiting.exists():
        return
    dialogue.awaits_media_until = None
    dialogue.save(update_fields=["awaits_media_until"])
    newest = lanes.unanswered(dialogue.pk).aggregate(newest=Max("created_at"))["newest"]
    if newest is not None:
        lanes.make_due(dialogue=dialogue, received_at=newest)


def give_up(claim: Claim, reason: str) -> None:
    """A fetch that fails by a bug of ours again and again; runs in the transaction that parks the task."""
    found = Attachment.objects.filter(pk=int(claim.key)).values_list("message__dialogue", flat=True).first()
    if found is None:
        return
    dialogue = lanes.lock(found)
    pending = Attachment.objects.filter(pk=int(claim.key), state__in=PENDING)
    if pending.update(state=State.FAILED, note=reason[:200]):
        _wake(dialogue)
