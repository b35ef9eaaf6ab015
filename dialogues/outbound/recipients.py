"""Whom a salon may write to: an event with a foreign contact id must not make its bot write there."""

from django.utils import timezone

from dialogues.models import ChannelSettings, Dialogue, channel_of
from dialogues.sendpulse.client import SendPulse, SendPulseError
from dialogues.sendpulse.outcomes import Fate, Outcome

FOREIGN = "the contact belongs to another bot"


def refusal(*, dialogue: Dialogue, client: SendPulse) -> Outcome | None:
    """Why nothing can be sent to the dialogue's contact now; None once it is known to be the salon's own.

    Only the installation's account is asked: one of the salon's own knows no contact of another salon, and
    refuses the id by itself. Makes a network call: not inside a transaction.
    """
    if dialogue.verified_at is not None or not client.is_shared:
        return None
    try:
        bot_id = client.bot_of(dialogue.client.contact_id)
    except SendPulseError as error:
        # Nothing was sent yet, so even an answer that is lost leaves nothing in the dark.
        is_lost = error.fate is Fate.UNKNOWN
        return Outcome(Fate.NOT_SENT, error.outcome.detail) if is_lost else error.outcome
    if not _is_own(dialogue, bot_id):
        return Outcome(Fate.REFUSED, FOREIGN)
    dialogue.verified_at = timezone.now()
    Dialogue.objects.filter(pk=dialogue.pk).update(verified_at=dialogue.verified_at)
    return None


def _is_own(dialogue: Dialogue, bot_id: str) -> bool:
    """A salon that names no bot may have any that is nobody else's."""
    own = channel_of(dialogue.project).sendpulse_bot_id
    if own:
        return own == bot_id
    return not ChannelSettings.objects.filter(sendpulse_bot_id=bot_id).exists()
