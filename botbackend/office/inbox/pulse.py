"""What a page that shows a talk asks every two seconds: one query says whether anything is new.

The stamp that the page sends back holds the newest message it showed, two signs for the state of each of the
last ones, a hash of what stands around them, and one of who writes; so the answer is only what changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from botbackend.office.asked import number_in
from botbackend.office.desk import Desk
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.staff.drafts import DRAFT_KIND

WATCHED = 40
SIGNS = 2
_STATE = ("state", "is_settled", "edited_at", "attachment__state")
_TALK = ("mode", "human_until", "channel_closed", "first_unanswered_at")
_DRAFT = ("pk", "knows_up_to")


@dataclass(frozen=True)
class Pulse:
    """What the talk is like at this moment.

    `ids` are its last messages, newest first; `writing` the colleagues who write in it.
    """

    ids: tuple[int, ...] = ()
    signs: str = ""
    around: str = ""
    writing: tuple[str, ...] = ()

    @property
    def newest(self) -> int:
        return self.ids[0] if self.ids else 0

    @property
    def stamp(self) -> str:
        return f"{self.newest}.{self.signs}.{self.around}.{_hash(self.writing, 2)}"

    def changed_since(self, known: "Known") -> list[int]:
        """Return the messages that the page shows in a state that is theirs no more."""
        told = zip(self.ids, _pairs(self.signs), strict=True)
        shown = [(pk, now) for pk, now in told if pk <= known.newest]
        return [pk for (pk, now), then in zip(shown, known.signs, strict=False) if now != then]


@dataclass(frozen=True)
class Known:
    """What the page shows, as its stamp tells."""

    newest: int = 0
    signs: tuple[str, ...] = ()
    around: str = ""

    @classmethod
    def read(cls, stamp: str) -> "Known":
        """Read a stamp; one that is none knows nothing."""
        newest, _, rest = stamp.partition(".")
        signs, _, rest = rest.partition(".")
        number = number_in(newest)
        if number is None:
            return cls()
        return cls(number, tuple(_pairs(signs)), rest.partition(".")[0])


def take_pulse(*, desk: Desk, dialogue_id: int, writing: Sequence[str] = ()) -> Pulse | None:
    """Return what the talk is like; None if nothing was ever said in it, or it is not the salon's. One query.

    `writing` are the colleagues who write at this moment.
    """
    tasks = StaffTask.objects.filter(dialogue=OuterRef("dialogue"), state=StaffTask.State.OPEN).order_by()
    open_tasks = Subquery(tasks.values("dialogue").annotate(n=Count("pk")).values("n"))
    talk = [f"dialogue__{name}" for name in _TALK]
    draft = tasks.filter(kind=DRAFT_KIND).order_by("-pk")
    of_draft = {f"draft_{name}": Subquery(draft.values(name)[:1]) for name in _DRAFT}
    said = Message.objects.filter(dialogue=dialogue_id, dialogue__project=desk.salon).order_by("-pk")
    asked = said.annotate(tasks=open_tasks, **of_draft)
    rows = list(asked.values_list("pk", *_STATE, *talk, "tasks", *of_draft, "direction")[:WATCHED])
    if not rows:
        return None
    shown = (row[1 : len(_STATE) + 1] for row in rows)
    stopped = Message.State.QUEUED if desk.is_stopped else None
    signs = "".join(_hash((*state, state[0] == stopped), SIGNS // 2) for state in shown)
    mode, until, closed, unanswered, count, waits, knows, _ = rows[0][len(_STATE) + 1 :]
    quiet = Dialogue(mode=mode, human_until=until).is_silenced(timezone.now())
    of_client = next((row[0] for row in rows if row[-1] == Message.Direction.IN), 0)
    is_stale = waits is not None and of_client > (knows or 0)
    is_waiting = quiet and unanswered is not None
    around = _hash((quiet, until, closed, is_waiting, count, waits, knows, is_stale), 6)
    return Pulse(tuple(row[0] for row in rows), signs, around, tuple(writing))


def _hash(values: Sequence[object], size: int) -> str:
    return blake2s(repr(values).encode(), digest_size=size).hexdigest()


def _pairs(signs: str) -> list[str]:
    return [signs[at : at + SIGNS] for at in range(0, len(signs), SIGNS)]
