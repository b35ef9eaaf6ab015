"""Messages of a talk as bubbles: who said it when, what came of it, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from botbackend.office.inbox.words import name_author, name_kind, name_trouble
from dialogues.models import Attachment, Dialogue, Message
from dialogues.outbound.holding import would_be_held
from dialogues.selectors import in_spoken_order
from dialogues.staff.resends import is_lost, key_of

PAGE = 30
MOST_NEW = 100
_UNSENT = (Message.State.QUEUED, Message.State.SENDING)


@dataclass(frozen=True)
class Bubble:
    """One message. `day` is the day that begins with it; None within a day."""

    message: Message
    attachment: Attachment | None
    day: date | None
    was_repeated: bool

    @property
    def is_client(self) -> bool:
        return self.message.direction == Message.Direction.IN

    @property
    def side(self) -> str:
        """The class of its looks: client, bot or staff."""
        return "client" if self.is_client else self.message.author

    @property
    def who(self) -> str:
        return "" if self.is_client else name_author(self.message)

    @property
    def kind(self) -> str:
        return name_kind(self.message)

    @property
    def words(self) -> str:
        """The text, unless it only repeats what the kind says."""
        return "" if self.message.kind == "start" else self.message.text

    @property
    def heard(self) -> str:
        """What was heard in a recording whose message has other words, or none."""
        heard = self.attachment.heard if self.attachment else ""
        return heard if heard != self.message.text else ""

    @property
    def is_heard(self) -> bool:
        """Are the words of the message those that were heard?"""
        return self.message.is_heard or bool(
            self.attachment and self.attachment.heard and self.attachment.heard == self.message.text
        )

    @property
    def is_on_its_way(self) -> bool:
        return self.message.state in _UNSENT

    @property
    def may_be_held(self) -> bool:
        """Does it wait as long as the assistant is switched off?"""
        return would_be_held(self.message)

    @property
    def is_failed(self) -> bool:
        return self.message.state == Message.State.FAILED

    @property
    def is_uncertain(self) -> bool:
        return self.message.state == Message.State.UNCERTAIN

    @property
    def is_this_year(self) -> bool:
        return self.day is not None and self.day.year == timezone.localdate().year

    @property
    def can_repeat(self) -> bool:
        """May it be sent again?"""
        return is_lost(self.message) and not self.was_repeated

    @property
    def trouble(self) -> str:
        return name_trouble(self.message.note)

    @property
    def can_be_explained(self) -> bool:
        """Did a turn of the assistant write it?"""
        return not self.is_client and self.message.turn_id is not None

    @property
    def place(self) -> str:
        """Where on the map; "" for anything else."""
        media = self.message.media or {}
        where = [media.get("latitude"), media.get("longitude")]
        is_place = all(isinstance(one, int | float) for one in where)
        return f"{where[0]}, {where[1]}" if is_place else ""


@dataclass(frozen=True)
class Stretch:
    """A part of a talk, oldest first. `older`: the message that others stand before, None if none do."""

    bubbles: tuple[Bubble, ...] = ()
    older: int | None = None
    joins: date | None = None


@dataclass(frozen=True)
class Changes:
    """What a page that shows the talk lacks: `new` comes to its end, `changed` takes the old ones' places."""

    new: tuple[Bubble, ...]
    changed: tuple[Bubble, ...]


def read_newest(*, dialogue: Dialogue, up_to: int) -> Stretch:
    """Return the end of the talk, as it was when `up_to` was the newest message."""
    rows = list(_messages(dialogue).filter(pk__lte=up_to).order_by("-pk")[: PAGE + 1])
    return _stretch(dialogue, rows[:PAGE], has_older=len(rows) > PAGE)


def read_before(*, dialogue: Dialogue, message: int) -> Stretch:
    """Return what was said before a message; `joins` is the day that goes on in it, if it does."""
    rows = list(_messages(dialogue).filter(pk__lte=message).order_by("-pk")[: PAGE + 2])
    later = [row for row in rows if row.pk == message]
    earlier = [row for row in rows if row.pk != message]
    found = _stretch(dialogue, earlier[:PAGE], has_older=len(earlier) > PAGE)
    last = earlier[0] if earlier else None
    joins = _day(later[0]) if later and last and _day(later[0]) == _day(last) else None
    return Stretch(found.bubbles, found.older, joins)


def read_changes(*, dialogue: Dialogue, known: int, up_to: int, changed: Sequence[int]) -> Changes | None:
    """Return what came after the message `known`, and the `changed`; None if that is too much for a part."""
    is_new = Q(pk__gt=known, pk__lte=up_to)
    wanted = _messages(dialogue).filter(is_new | Q(pk__in=[*changed, known])).order_by("pk")
    rows = list(wanted[: MOST_NEW + len(changed) + 1])
    if len(rows) > MOST_NEW:
        return None
    before = next((row for row in rows if row.pk == known), None)
    new = [row for row in rows if row.pk > known]
    old = [row for row in rows if row.pk in set(changed)]
    new_bubbles = _bubbles(dialogue, new, _day(before) if before else None)
    return Changes(new_bubbles, _bubbles(dialogue, old, None))


def _messages(dialogue: Dialogue) -> "QuerySet[Message, Message]":
    said = Message.objects.filter(dialogue=dialogue).select_related("attachment")
    return said.defer("attachment__content", "text_hash")


def _stretch(dialogue: Dialogue, newest_first: Sequence[Message], *, has_older: bool) -> Stretch:
    rows = newest_first[::-1]
    older = rows[0].pk if has_older else None
    return Stretch(_bubbles(dialogue, in_spoken_order(list(rows)), None), older)


def _bubbles(dialogue: Dialogue, rows: Sequence[Message], day: date | None) -> tuple[Bubble, ...]:
    repeated = _repeated(dialogue, rows)
    bubbles = []
    for row in rows:
        own = timezone.localdate(row.created_at)
        attachment = getattr(row, "attachment", None)
        bubbles.append(Bubble(row, attachment, None if own == day else own, row.pk in repeated))
        day = own
    return tuple(bubbles)


def _repeated(dialogue: Dialogue, rows: Sequence[Message]) -> set[int]:
    """Return which of the lost ones were sent again already; a query only where something was lost."""
    keys = {key_of(row.pk): row.pk for row in rows if is_lost(row)}
    if not keys:
        return set()
    again = Message.objects.filter(dialogue=dialogue, reply_key__in=keys)
    return {keys[key] for key in again.values_list("reply_key", flat=True)}


def _day(message: Message) -> date:
    return timezone.localdate(message.created_at)
