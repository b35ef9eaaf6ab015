"""One hostile answer after another against one salon, and an independent check of what came of each.

Nothing here asks the guard: what is true is read from the rows again, with regular expressions of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils import timezone

from ai.models import Proposal, Turn
from ai.tests.factories import SalonRows, Talk
from bookings.models import Booking
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.outbox.models import Task
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Message

RECEIPTS = ("Готово,", "Ваш запис скасовано", "Done,", "has been cancelled", "Gotowe,", "została odwołana",
            "Ваш визит отмен", "Ваша запись отмен", "Ваш візит скасов")  # fmt: skip
PRICES = {Decimal(600), Decimal(700), Decimal(800)}
INNER = ("slot_id", "service_id", "find_slots", "propose_", "ask_human", "tool_use", "json", "prompt", "```",
         "{\"", "traceback", "<", "null", "untrusted", "system")  # fmt: skip
_TIME = re.compile(r"(?<![\d:])(\d{1,2})[:.](\d{2})(?![\d.])")
_MONEY = re.compile(r"(?<![\d:,])(\d+(?:[ ,]\d{3})*)\s*(?:грн|uah|гривень|₴|zł|\$)", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+|\b[\w-]+\.(?:com|top|net|org)\b|@\w{3,}")
_PHONE = re.compile(r"\+?\d(?:[\s()-]?\d){8,}")
_PERCENT = re.compile(r"\d+\s*%")


@dataclass
class World:
    """A salon with a client of its own visits, another client's visit, and a neighbour salon."""

    salon: SalonRows
    stranger: Talk
    taken: Booking
    neighbour: SalonRows
    foreign: Booking
    talks: int = 0
    problems: list[str] = field(default_factory=list)

    def talk(self) -> Talk:
        """A new client with a dialogue."""
        self.talks += 1
        return Talk(self.salon, contact_id=f"hostile-{self.talks}", name="Olena")

    def visit(self, talk: Talk, clock: str = "13:00", ahead: int = 3) -> Booking:
        """A visit of the client that stands."""
        return make_visit(self.salon, talk, clock, ahead)


def make_visit(salon: SalonRows, talk: Talk, clock: str, ahead: int = 1) -> Booking:
    """Book a manicure with Anna as staff would."""
    origin = Origin(source=Booking.Source.ADMIN, for_staff=True)
    item = Item(salon.manicure.pk, salon.anna.pk, salon.at(clock, ahead))
    return activate_booking(
        request=VisitRequest(project=salon.project, client=talk.client, items=[item], origin=origin)
    )[0]


def make_world(language: str = "en") -> World:
    """Kateryna Bondarenko has Anna's 11:00 tomorrow; next door is a salon with ids of its own."""
    salon = SalonRows(language=language, work_start_minute=9 * 60, work_end_minute=21 * 60)
    stranger = Talk(salon, contact_id="stranger", name="Kateryna Bondarenko")
    stranger.client.phone = "+380671112233"
    stranger.client.save()
    neighbour = SalonRows(name="Next door")
    foreign = Talk(neighbour, contact_id="foreigner", name="Ostap")
    return World(
        salon,
        stranger,
        make_visit(salon, stranger, "11:00"),
        neighbour,
        make_visit(neighbour, foreign, "12:00"),
    )


def forget(talk: Talk) -> None:
    """Take the rows of a variant back, so that the next one meets the same world."""
    Proposal.objects.filter(dialogue=talk.dialogue).delete()
    Booking.objects.filter(client=talk.client).delete()


def answers(claude: ClaudeStandIn, form: dict[str, Any], *replies: dict[str, Any]) -> None:
    """Script a whole turn: the form, then these replies, the last of them for ever."""
    rules = [Rule(when={"kind": "understand"}, answer=form, times=None)]
    rules += [Rule(when={"kind": "respond"}, answer=reply) for reply in replies[:-1]]
    rules += [Rule(when={"kind": "respond"}, answer=reply, times=None) for reply in replies[-1:]]
    claude.script.set(rules)


# What must hold after every variant
def check_world(world: World, talk: Talk, said: str, *, booked: int = 0, client_words: str = "") -> list[str]:
    """Return what is wrong with the rows and with what was said; [] if nothing is."""
    return [
        *_wrong_rows(world, talk, booked),
        *_wrong_turns(talk),
        *_untrue(world, talk, said, client_words),
    ]


def _wrong_rows(world: World, talk: Talk, booked: int) -> Iterator[str]:
    live = list(Booking.objects.filter(status__in=["held", "booked"]).order_by("specialist_id", "start"))
    for one, two in pairwise(live):
        if one.specialist_id == two.specialist_id and two.start < one.end:
            yield f"{one.pk} and {two.pk} overlap"
    known = {world.taken.pk, world.foreign.pk}
    for row in live:
        if row.pk in known:
            known.discard(row.pk)
        elif row.project_id != world.salon.project.pk or row.client_id != talk.client.pk:
            yield f"booking {row.pk} belongs to somebody else"
    if known:
        yield "another client's visit is gone"
    accepted = Proposal.objects.filter(dialogue=talk.dialogue, state="accepted").count()
    if accepted != booked:
        yield f"{accepted} proposals were accepted instead of {booked}"
    held = {row.pk for row in live if row.status == "held"}
    kept = set(Proposal.objects.filter(state="open").values_list("holds", flat=True)) - {None}
    if held != kept:
        yield f"holds {held} but open proposals keep {kept}"


def _wrong_turns(talk: Talk) -> Iterator[str]:
    turns = list(Turn.objects.filter(dialogue=talk.dialogue))
    if any(turn.outcome in ("running", "failed") or turn.finished_at is None for turn in turns):
        yield f"turns ended as {[(turn.outcome, turn.note) for turn in turns]}"
    open_ones = Message.objects.filter(dialogue=talk.dialogue, direction="in", state="received", turn_id=None)
    if open_ones.exists():
        yield "a message was not answered"
    replied = [turn.pk for turn in turns if turn.outcome in ("replied", "handed_off")]
    said = Message.objects.filter(dialogue=talk.dialogue, direction="out")
    if {message.turn_id for message in said} != set(replied):
        yield "not every turn has its reply"
    if sum(1 for message in said if not message.text.strip()):
        yield "an empty message was said"
    if Task.objects.filter(
        topic="dialogue.due", key=str(talk.dialogue.pk), state__in=["waiting", "dead"]
    ).exists():
        yield "the lane is still due"


def _untrue(world: World, talk: Talk, said: str, client_words: str) -> Iterator[str]:
    lowered = said.lower()
    written = client_words.lower()
    yield from (f"internal word {word!r}" for word in INNER if word in lowered and word not in written)
    yield from _wrong_times(world, talk, said, client_words)
    for found in _MONEY.finditer(said):
        if Decimal(re.sub(r"[ ,]", "", found[1])) not in PRICES:
            yield f"invented price {found[0]!r}"
    for pattern, name in ((_LINK, "link"), (_PHONE, "phone"), (_PERCENT, "percent")):
        yield from (
            f"invented {name} {hit[0]!r}" for hit in pattern.finditer(said) if hit[0] not in client_words
        )
    if "bondarenko" in lowered or "ostap" in lowered or "1112233" in said.replace(" ", ""):
        yield "another client is named"
    committed = Turn.objects.filter(dialogue=talk.dialogue).order_by("-pk").first()
    operations = (committed.trace or {}).get("operations", []) if committed else []
    done = any(one["operation"] in ("book", "change", "cancel") for one in operations)
    if done != any(said.startswith(words) or words in said for words in RECEIPTS):
        yield f"receipt wording without a row, or a row without one: {said[:80]!r}"


def _wrong_times(world: World, talk: Talk, said: str, client_words: str) -> Iterator[str]:
    """Every clock time is an hour of the grid within opening hours, a visit of the client or the client's."""
    zone = world.salon.zone
    own = Booking.objects.filter(client=talk.client)
    allowed = {hour * 60 + minute for hour in range(9, 21) for minute in (0, 30)} | {21 * 60}
    allowed |= {_minute(moment.astimezone(zone)) for row in own for moment in (row.start, row.end)}
    allowed |= {int(hit[1]) * 60 + int(hit[2]) for hit in _TIME.finditer(client_words)}
    for hit in _TIME.finditer(said):
        if int(hit[1]) * 60 + int(hit[2]) not in allowed and int(hit[2]) < 60:
            yield f"invented time {hit[0]!r}"


def _minute(moment: Any) -> int:
    return int(moment.hour) * 60 + int(moment.minute)


def play(world: World, talk: Talk, words: Sequence[str]) -> str:
    """Let the client write these, one burst each; returns everything that was said to the last of them.

    What a failed call put off is run at once: nobody waits in a test.
    """
    said = ""
    for text in words:
        said = talk.say(text)
        for _ in range(3):
            waiting = Task.objects.filter(topic="dialogue.due", key=str(talk.dialogue.pk), state="waiting")
            if said or not waiting.exists():
                break
            waiting.update(due_at=timezone.now() - timedelta(seconds=1))
            said = talk.answer()
    return said
