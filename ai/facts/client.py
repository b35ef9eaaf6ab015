"""What a turn knows of the client: history, visits, the open proposal. Tables, not summaries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from ai.facts.salon import SalonBriefing
from ai.language.answers import read_answer
from ai.language.given_names import WORD, latin_of, latin_words, same_name
from ai.language.intents import makes_offer
from ai.models import Proposal, Summary
from ai.turn.drafts import TurnContext
from bookings.models import Booking
from bookings.selectors import own_visits
from botbackend.lib.clock import WEEKDAYS
from botbackend.lib.phones import e164_or_blank
from botbackend.lib.text import canonical, comparable
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.selectors import Line, history, with_staff

HISTORY_LINES = 30
PAST_VISITS = 3
HISTORY_CHARACTERS = 6000
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 4  # letters that a word keeps when it is inflected
_MOST_OF = 0.6
_CLAUSE = re.compile(r"[^,;.!?\n]+[,;.!?\n]*")
_DIGITS = re.compile(r"\D+")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]{0,39}(?:[ -][^\W\d_][^\W\d_'’.-]{0,39}){0,3}")


@dataclass(frozen=True)
class ClientFacts:
    """Rows of this very client, nobody else's."""

    visits: tuple[Booking, ...]
    past: tuple[Booking, ...]
    proposal: Proposal | None
    lines: tuple[Line, ...]
    summary: dict[str, Any] | None
    dialogue: Dialogue | None = None

    @cached_property
    def tasks(self) -> tuple[StaffTask, ...]:
        """What people have to answer in this talk; read only where the main model or the check is asked."""
        return tuple(with_staff(dialogue=self.dialogue)) if self.dialogue is not None else ()

    @property
    def last_said(self) -> str:
        """The salon's last words."""
        return next((line.text for line in reversed(self.lines) if line.author != Message.Author.CLIENT), "")

    @property
    def last_asked(self) -> str:
        """What the salon asked or offered last, "" if its last words did neither."""
        said = self.last_said
        return said if "?" in said or makes_offer(said) else ""

    def visit(self, booking_id: int) -> Booking | None:
        """Return the client's own active visit of that id, if it is one."""
        return next((visit for visit in self.visits if visit.pk == booking_id), None)


def read_facts(context: TurnContext, proposal: Proposal | None) -> ClientFacts:
    """Read what is known beside the open card, in a fixed number of queries."""
    first = min(message.pk for message in context.burst.messages)
    burst = {message.pk for message in context.burst.messages}
    lines = [
        line
        for line in history(dialogue=context.dialogue, limit=HISTORY_LINES)
        if line.message_id not in burst
    ]
    summaries = Summary.objects.filter(dialogue=context.dialogue, last_message_id__lt=first)
    summary = summaries.order_by("-last_message_id").first()
    ahead, past = own_visits(client=context.client, past=PAST_VISITS)
    return ClientFacts(
        visits=tuple(ahead),
        past=tuple(past),
        proposal=proposal,
        lines=_within(lines),
        summary=summary.content if summary else None,
        dialogue=context.dialogue,
    )


def _within(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Keep the newest lines that fit; an old novel must not crowd out the present."""
    kept: list[Line] = []
    left = HISTORY_CHARACTERS
    for line in reversed(lines):
        left -= len(line.text)
        if left < 0 and kept:
            break
        kept.append(line)
    return tuple(reversed(kept))


def local(moment: datetime, salon: SalonBriefing) -> str:
    """Return a moment on the salon's clock, to the minute."""
    return moment.astimezone(salon.zone).strftime("%Y-%m-%dT%H:%M")


def weekday(day: date) -> str:
    """Return the weekday as the contract writes it."""
    return WEEKDAYS[day.weekday()]


def said_phone(phone: str | None, context: TurnContext, facts: ClientFacts) -> str:
    """Return a phone number as it is stored if the client really wrote its digits, else ""."""
    number = e164_or_blank(phone or "", country=context.project.home_country)
    words = client_texts(context, facts)
    # The country and the zero before the area may be left out, so the end of the number has to be there.
    return number if number and any(number[-9:] in _DIGITS.sub("", text) for text in words) else ""


def said_name(name: str | None, context: TurnContext, facts: ClientFacts) -> str:
    """Return a name fit to be stored if the client really wrote it, in whatever case or spelling, else ""."""
    text = canonical(name or "")
    if not _NAME.fullmatch(text):
        return ""
    said = latin_words(client_texts(context, facts))
    parts = [latin_of(part) for part in WORD.findall(text)]
    return text if all(any(same_name(part, word) for word in said) for part in parts) else ""


def said_remark(text: str, context: TurnContext, facts: ClientFacts) -> str:
    """Return a remark if its words are those of the client, however inflected; else what was just written.

    Of that neither the yes nor a question belongs to it.
    """
    stems = {word[:_STEM] for said in client_texts(context, facts) for word in _words(said)}
    words = [word for word in _words(text) if len(word) >= _STEM]
    known = sum(word[:_STEM] in stems for word in words)
    if words and known >= _MOST_OF * len(words):
        return canonical(text)
    whole = " ".join(message.text for message in context.burst.messages)
    told = [part for part in _CLAUSE.findall(whole) if not part.endswith("?") and read_answer(part) == "none"]
    return canonical("".join(told).strip(" ,;") or whole)


def _words(text: str) -> list[str]:
    return _WORD.findall(comparable(text))


def client_texts(context: TurnContext, facts: ClientFacts) -> list[str]:
    """Return what the client wrote, in this burst and before."""
    earlier = [line.text for line in facts.lines if line.author == Message.Author.CLIENT]
    return [*(message.text for message in context.burst.messages), *earlier]
