"""Telling a client through the bot what staff did with a visit, in the client's language.

The lane of the dialogue is locked before the visit is touched, as the bot's own turn does it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from ai.wording.render import told
from bookings.models import Booking, Client
from dialogues import lanes
from dialogues.models import Dialogue
from dialogues.outbound.messages import say


def open_dialogue(client: Client) -> Dialogue | None:
    """Return the client's dialogue if the bot may write there; None where only the phone is left."""
    if client.is_blocked or not client.contact_id:
        return None
    return Dialogue.objects.filter(client=client, channel_closed=False).first()


@dataclass(frozen=True)
class Letter:
    """What is said to a client in the transaction of the act; to nobody where `dialogue` is None.

    `who` orders it, so that a stopped bot says it all the same.
    """

    dialogue: Dialogue | None
    who: str

    def tell(self, *, kind: str, bookings: Sequence[Booking], before: Sequence[Booking] = ()) -> bool:
        """Queue the words for `kind` (book, change, cancel, given); say whether there was anybody to tell."""
        if self.dialogue is None or not bookings:
            return False
        return self.write(words_for(self.dialogue, kind=kind, bookings=bookings, before=before))

    def write(self, text: str) -> bool:
        """Queue a text as it is; say whether there was anybody to read it."""
        if self.dialogue is None:
            return False
        say(dialogue=self.dialogue, texts=[text], written_by=self.who)
        return True


def words_for(
    dialogue: Dialogue, *, kind: str, bookings: Sequence[Booking], before: Sequence[Booking] = ()
) -> str:
    """Return what the client of a chat is told, in the client's language."""
    project = dialogue.project
    language = dialogue.language or dialogue.client.language or project.language
    return told(project=project, language=language, kind=kind, bookings=bookings, before=before)


@contextmanager
def letter(*, client: Client | None, wanted: bool, who: str) -> Iterator[Letter]:
    """One transaction for an act and for what the client is told of it: both or neither.

    A channel that was closed since the form was shown is not written to.
    """
    with letters(wanted=[(client, wanted)], who=who) as [one]:
        yield one


@contextmanager
def letters(*, wanted: Sequence[tuple[Client | None, bool]], who: str) -> Iterator[list[Letter]]:
    """The same for several clients, each told or not; their lanes are locked in the order of their ids."""
    with transaction.atomic():
        found = [
            open_dialogue(client) if client is not None and is_told else None for client, is_told in wanted
        ]
        locked = {pk: lanes.lock(pk) for pk in sorted(one.pk for one in found if one is not None)}
        open_lanes = [
            None if one is None or locked[one.pk].channel_closed else locked[one.pk] for one in found
        ]
        yield [Letter(lane, who) for lane in open_lanes]
