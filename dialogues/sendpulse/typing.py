"""The "typing" sign while a turn runs."""

import logging
import threading
import time

from dialogues.models import Dialogue
from dialogues.outbound.recipients import may_write
from dialogues.sendpulse.account import CredentialsRefusedError
from dialogues.sendpulse.client import SendPulse
from dialogues.sendpulse.outcomes import Fate

RENEWED_AFTER = 3.0  # seconds; Telegram takes the sign down after five
_log = logging.getLogger(__name__)
_shown: dict[int, float] = {}
_lock = threading.Lock()


def show_typing(*, dialogue: Dialogue) -> None:
    """Show the client that an answer is being written; at most every 3 s, and never an error.

    Makes a network call: not inside a transaction. `dialogue` must come with its client and project.
    """
    if not dialogue.client.contact_id or not _is_time(dialogue.pk):
        return
    try:
        client = SendPulse(dialogue.project)
        if not may_write(dialogue=dialogue, client=client):
            return  # the first text finds out whether this is a client of ours
        outcome = client.show_typing(dialogue.client.contact_id)
    except CredentialsRefusedError:
        return
    if outcome.fate is not Fate.SENT:
        _log.info("typing was not shown: %s", outcome.fate.value, extra={"dialogue": dialogue.pk})


def _is_time(dialogue_id: int) -> bool:
    now = time.monotonic()
    with _lock:
        for old in [key for key, at in _shown.items() if now - at > RENEWED_AFTER]:
            del _shown[old]
        if dialogue_id in _shown:
            return False
        _shown[dialogue_id] = now
        return True
