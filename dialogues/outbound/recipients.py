"""Whom a salon may write to: an event with a foreign contact id must not make its bot write there."""

from django.utils import timezone

from dialogues.models import ChannelSettings, Dialogue, channel_of
from dialogues.sendpulse.client import SendPulse, SendPulseError
from dialogues.sendpulse.outcomes import Fate, Outcome

FOREIGN = "the contact belongs to another bot"


def refusal(*, dialogue: Dialogue, client: SendPulse) -> Outcome | None:
    """Why nothing can be sent to the dialogue's contact now; None once it is known to be the salon's own.

    Only an account that several salons may use is asked, once for each contact: one that is the salon's alone
    refuses a foreign id by itself. Makes a network call: not inside a transaction.
    """
    if not dialogue.contact_bot_id and client.is_shared:
        try:
            dialogue.contact_bot_id = client.bot_of(dialogue.client.contact_id)[:64]
        except SendPulseError as error:
            # Nothing was sent yet, so even an answer that is lost leaves nothing in the dark.
            is_lost = error.fate is Fate.UNKNOWN
            return Outcome(Fate.NOT_SENT, error.outcome.detail) if is_lost else error.outcome
        known = {"contact_bot_id": dialogue.contact_bot_id, "verified_at": timezone.now()}
        Dialogue.objects.filter(pk=dialogue.pk).update(**known)
    return None if may_write(dialogue=dialogue, client=client) else Outcome(Fate.REFUSED, FOREIGN)


def may_write(*, dialogue: Dialogue, client: SendPulse) -> bool:
    """Is the contact the salon's own, as far as is known? A bot that changes hands takes contacts along."""
    known = dialogue.contact_bot_id
    return _is_own(dialogue, known) if known else not client.is_shared


def _is_own(dialogue: Dialogue, bot_id: str) -> bool:
    """A salon that names no bot may have any that is nobody else's."""
    own = channel_of(dialogue.project).sendpulse_bot_id
    if own:
        return own == bot_id
    return not ChannelSettings.objects.filter(sendpulse_bot_id=bot_id).exists()
