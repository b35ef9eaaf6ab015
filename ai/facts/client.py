"""What a turn knows of the client: history, visits, the open proposal. Tables, not summaries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ai.facts.salon import SalonBriefing, dump
from ai.language.given_names import WORD, latin_of, latin_words, same_name
from ai.models import Proposal, Summary
from ai.proposals.lifecycle import open_proposal
from ai.turn.drafts import TurnContext, Understanding
from bookings.models import Booking
from bookings.models.prices import price_json
from bookings.selectors import active_visits
from bookings.values import Slot
from botbackend.lib.clock import WEEKDAYS
from botbackend.lib.phones import e164_or_blank
from botbackend.lib.text import canonical
from dialogues.models import Message
from dialogues.selectors import Line, describe, history

CALENDAR_DAYS = 16
HISTORY_LINES = 30
HISTORY_CHARACTERS = 6000
_DIGITS = re.compile(r"\D+")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]{0,39}(?:[ -][^\W\d_][^\W\d_'’.-]{0,39}){0,3}")


@dataclass(frozen=True)
class ClientFacts:
    """Rows of this very client, nobody else's."""

    visits: tuple[Booking, ...]
    proposal: Proposal | None
    lines: tuple[Line, ...]
    summary: dict[str, Any] | None

    def visit(self, booking_id: int) -> Booking | None:
        """Return the client's own active visit of that id, if it is one."""
        return next((visit for visit in self.visits if visit.pk == booking_id), None)


def read_facts(context: TurnContext) -> ClientFacts:
    """Read everything in a fixed number of queries."""
    first = min(message.pk for message in context.burst.messages)
    burst = {message.pk for message in context.burst.messages}
    lines = [
        line
        for line in history(dialogue=context.dialogue, limit=HISTORY_LINES)
        if line.message_id not in burst
    ]
    summaries = Summary.objects.filter(dialogue=context.dialogue, last_message_id__lt=first)
    summary = summaries.order_by("-last_message_id").first()
    return ClientFacts(
        visits=tuple(active_visits(client=context.client)),
        proposal=open_proposal(dialogue=context.dialogue),
        lines=_within(lines),
        summary=summary.content if summary else None,
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


def volatile_facts(
    context: TurnContext,
    salon: SalonBriefing,
    facts: ClientFacts,
    *,
    understanding: Understanding | None = None,
    slots: Sequence[Slot] | None = None,
) -> dict[str, Any]:
    """Return what changes from turn to turn; it goes last, after everything that is cached."""
    now = context.now.astimezone(salon.zone)
    found: dict[str, Any] = {
        "now": local(now, salon),
        "today": weekday(now.date()),
        "calendar": [_strip(now.date() + timedelta(days=offset)) for offset in range(CALENDAR_DAYS)],
        "client_visits": [_visit(visit, salon, context.language) for visit in facts.visits],
        "open_proposal": _shown(facts.proposal, salon),
        "language": context.language,
        "messages": [
            {"text": describe(message), "at": local(message.created_at, salon)}
            for message in context.burst.messages
        ],
    }
    if understanding is not None:
        found["understanding"] = understanding.model_dump(mode="json", exclude_defaults=True)
        found["client"] = {"name": context.client.name, "phone_known": bool(context.client.phone)}
        found["slots"] = [_short(slot, salon) for slot in slots] if slots is not None else None
    return found


def _strip(day: date) -> dict[str, str]:
    return {"date": day.isoformat(), "weekday": weekday(day)}


def _visit(visit: Booking, salon: SalonBriefing, language: str) -> dict[str, Any]:
    return {
        "id": visit.pk,
        "service": visit.service.name_in(language),
        "service_id": visit.service_id,
        "specialist": visit.specialist.name_in(language),
        "specialist_id": visit.specialist_id,
        "start": local(visit.start, salon),
        **price_json(visit.full_price),
    }


def _shown(proposal: Proposal | None, salon: SalonBriefing) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {
        "proposal_id": proposal.pk,
        "kind": proposal.kind,
        "visits": proposal.details.get("shown", []),
        "expires": local(proposal.expires_at, salon),
    }


def slot_json(slot: Slot, salon: SalonBriefing) -> dict[str, Any]:
    """Return a free start as the model sees it; the label spares it the calendar."""
    start = slot.start.astimezone(salon.zone)
    return {
        "slot_id": f"{slot.service_id}-{slot.specialist_id}-{start:%Y%m%dT%H%M}",
        "specialist_id": slot.specialist_id,
        "specialist": slot.specialist,
        "service_id": slot.service_id,
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "label": f"{start:%A} {start:%Y-%m-%d %H:%M} ({_part(start.hour)})",
    }


def _short(slot: Slot, salon: SalonBriefing) -> dict[str, Any]:
    """Return a free start in few tokens: there are many of them, and none is cached."""
    start = slot.start.astimezone(salon.zone)
    return {
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "day": weekday(start.date()),
        "service_id": slot.service_id,
        "specialist_id": slot.specialist_id,
        "specialist": slot.specialist,
    }


def _part(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


def conversation(facts: ClientFacts) -> list[dict[str, Any]]:
    """Return the history as alternating text messages; it opens with what a summary kept, as data."""
    opening = {"earlier_conversation": facts.summary}
    turns: list[tuple[str, list[str]]] = [("user", [dump(opening)])]
    for line in facts.lines:
        if not line.text.strip():
            continue
        role = "user" if line.author == Message.Author.CLIENT else "assistant"
        if turns[-1][0] == role:
            turns[-1][1].append(line.text)
        else:
            turns.append((role, [line.text]))
    return [{"role": role, "content": [{"type": "text", "text": "\n".join(texts)}]} for role, texts in turns]


def with_last(messages: list[dict[str, Any]], blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Append the blocks of this turn as the client's message, joined to one that already stands last."""
    if messages and messages[-1]["role"] == "user":
        last = {"role": "user", "content": [*messages[-1]["content"], *blocks]}
        return [*messages[:-1], last]
    return [*messages, {"role": "user", "content": list(blocks)}]


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


def client_texts(context: TurnContext, facts: ClientFacts) -> list[str]:
    """Return what the client wrote, in this burst and before."""
    earlier = [line.text for line in facts.lines if line.author == Message.Author.CLIENT]
    return [*(message.text for message in context.burst.messages), *earlier]
