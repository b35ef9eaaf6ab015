"""Keeps what somebody with a good secret posted and nobody can take: the client's words are in there."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

from dialogues.inbound import credentials
from dialogues.inbound.credentials import Admission, Presented, Salon
from dialogues.inbound.events import UNREADABLE, bot_id_of, contact_id_of, dedupe_key_of, title_of
from dialogues.inbound.values import identifier
from dialogues.models import ChannelSettings, InboundEvent

NOTE = "the body was no JSON, and no flow's request that can only mean one thing"
OF_NOBODY = "the flow's request names no contact, or what was said is no text"
OF_NO_PROJECT = "the flow's request names a project_id that is none"
NO_EVENT = "no event of a bot and no flow's request: bot.id, or project_id and response, are missing"
UNKNOWN_BOT = "no project has this bot; once one has, `replay_events --failed` takes the event in"
_SLUG = re.compile(r'"project_id"\s*:\s*"([!-~]{1,64}?)"')
_CONTACT = re.compile(r'"contact_send_id"\s*:\s*"([!-~]{1,64}?)"')
_log = logging.getLogger(__name__)


def keep(presented: Presented, admission: Admission | None, *, note: str = NOTE) -> None:
    """Store the body as a failed event of the salon whose secret it was; as a stray one if that is not clear.

    A repeat of the body is the same event. `admission` None: only a salon's signature may be good.
    Raises Refusal for a signature that is not.
    """
    text = presented.body.decode("utf-8", "backslashreplace")
    slug = _only(_SLUG, text)
    admission = admission or credentials.admit_signed(presented, slug=slug)
    if text.strip():
        _store([_unread(text, _salon(admission, slug), note)])


def keep_strays(posted: Sequence[Any], admission: Admission) -> None:
    """Store what is of no salon's bot, each as an event; not that of a salon that was closed."""
    said = [item for item in posted if item and isinstance(item, dict | list | str)]
    bots = {bot_id_of(item) for item in said if isinstance(item, dict)} - {""}
    closed = ChannelSettings.objects.filter(sendpulse_bot_id__in=bots, project__is_active=False)
    left_out = set(closed.values_list("sendpulse_bot_id", flat=True)) if bots else set()
    salon = _salon(admission, "") if said else None
    kept = []
    for item in said:
        if not isinstance(item, dict) or not (bot_id := bot_id_of(item)):
            kept.append(_unread(json.dumps(item, ensure_ascii=False), salon, NO_EVENT))
        elif bot_id not in left_out:
            kept.append(_of_unknown_bot(item, bot_id, salon))
    _store(kept)


def _unread(text: str, salon: Salon | None, note: str) -> InboundEvent:
    raw = text.encode("utf-8", "backslashreplace")
    return InboundEvent(
        project_id=salon.project_id if salon else None,
        dedupe_key=hashlib.sha256(b"unreadable:" + raw).hexdigest(),
        bot_id=salon.bot_id if salon else "",
        contact_id=identifier(_only(_CONTACT, text)),  # found again when the client is to be forgotten
        title=UNREADABLE,
        payload={"raw": text},
        state=InboundEvent.State.FAILED if salon else InboundEvent.State.STRAY,
        note=note,
    )


def _of_unknown_bot(event: dict[str, Any], bot_id: str, salon: Salon | None) -> InboundEvent:
    title, contact_id = title_of(event), contact_id_of(event)
    return InboundEvent(
        project_id=salon.project_id if salon else None,
        dedupe_key=dedupe_key_of(event, title=title, bot_id=bot_id, contact_id=contact_id),
        bot_id=bot_id,
        contact_id=contact_id,
        title=title,
        payload=event,
        state=InboundEvent.State.STRAY,
        note=UNKNOWN_BOT,
    )


def _store(kept: Iterable[InboundEvent]) -> None:
    rows = InboundEvent.objects.bulk_create(kept, ignore_conflicts=True)
    for note in {row.note for row in rows}:
        _log.warning("%d posted things are kept: %s", sum(row.note == note for row in rows), note)


def place(event_id: int) -> None:
    """Have a stray event handled if a salon has its bot by now, and the secret it came with."""
    stray = InboundEvent.objects.filter(pk=event_id, state=InboundEvent.State.STRAY).exclude(title=UNREADABLE)
    for row in stray.only("project_id", "bot_id", "dedupe_key"):
        salon = credentials.salon_of(row.bot_id)
        # Of no project: it came under the installation's secret, which opens no salon with one of its own.
        if salon is not None and row.project_id in (
            salon.project_id,
            salon.project_id if salon.key else None,
        ):
            _give(row, salon)


def _give(row: InboundEvent, salon: Salon) -> None:
    """Make it the salon's to be handled, unless the salon has it already."""
    same = InboundEvent.objects.filter(project=salon.project_id, dedupe_key=row.dedupe_key)
    values: dict[str, Any]
    if same.exclude(pk=row.pk).exists():
        values = {"state": InboundEvent.State.IGNORED, "note": "known"}
    else:
        values = {"project": salon.project_id, "state": InboundEvent.State.NEW, "note": ""}
    InboundEvent.objects.filter(pk=row.pk).update(**values)


def _salon(admission: Admission, slug: str) -> Salon | None:
    opened = credentials.salons_opened(admission, most=2)
    if len(opened) == 1:
        return opened[0]
    named = credentials.salon_named(admission, slug) if slug else None
    return named if named is not None and admission.opens(named) else None


def _only(pattern: re.Pattern[str], text: str) -> str:
    """The one value that the pattern finds; "" if it finds none or several."""
    found = set(pattern.findall(text))
    return str(found.pop()) if len(found) == 1 else ""
