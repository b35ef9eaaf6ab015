"""Keeps what somebody with a good secret posted and nobody can read: the client's words are in there."""

import hashlib
import logging
import re

from dialogues.inbound import credentials
from dialogues.inbound.credentials import Admission, Presented, Salon
from dialogues.inbound.events import UNREADABLE
from dialogues.inbound.values import identifier
from dialogues.models import InboundEvent

NOTE = "the body was no JSON, and no flow's request that can only mean one thing"
OF_NOBODY = "the flow's request names no contact, or what was said is no text"
OF_NO_PROJECT = "the flow's request names a project_id that is none"
_SLUG = re.compile(r'"project_id"\s*:\s*"([!-~]{1,64}?)"')
_CONTACT = re.compile(r'"contact_send_id"\s*:\s*"([!-~]{1,64}?)"')
_log = logging.getLogger(__name__)


def keep(presented: Presented, admission: Admission | None, *, note: str = NOTE) -> None:
    """Store the body as a failed event of the salon whose secret it was; it is logged if that is not clear.

    A repeat of the body is the same event. `admission` None: only a salon's signature may be good.
    Raises Refusal for a signature that is not.
    """
    text = presented.body.decode("utf-8", "backslashreplace")
    slug = _only(_SLUG, text)
    admission = admission or credentials.admit_signed(presented, slug=slug)
    salon = _salon(admission, slug)
    if not text.strip():
        return
    if salon is None:
        _log.warning(
            "a body of %d bytes cannot be read, and is of no salon that is known", len(presented.body)
        )
        return
    event = InboundEvent(
        project_id=salon.project_id,
        dedupe_key=hashlib.sha256(b"unreadable:" + presented.body).hexdigest(),
        bot_id=salon.bot_id,
        contact_id=identifier(_only(_CONTACT, text)),  # found again when the client is to be forgotten
        title=UNREADABLE,
        payload={"raw": text},
        state=InboundEvent.State.FAILED,
        note=note,
    )
    InboundEvent.objects.bulk_create([event], ignore_conflicts=True)
    _log.warning("a body of %d bytes cannot be read and is kept", len(presented.body))


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
