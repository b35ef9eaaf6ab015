"""The first call of a turn: what does the client want? Code checks what the model says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ai.claude.client import Caller, Reply
from ai.claude.errors import ClaudeError, Rejected, Unreachable
from ai.claude.models import knobs
from ai.facts.client import ClientFacts, said_name, said_phone, said_remark
from ai.facts.requests import HOUR_CACHE, with_facts
from ai.facts.salon import SalonBriefing, dump
from ai.facts.understand import burst_json, understand_facts
from ai.models import PromptVersion
from ai.prompts.schemas import UNDERSTANDING, output_format
from ai.prompts.versions import rules_text
from ai.turn.drafts import TurnContext
from ai.understanding.early import EarlyReadings
from ai.understanding.form import MOST_ITEMS, MOST_TIMES, Remark, Understanding, Wish, WishedItem, read_form

MAX_TOKENS = 2000
LONGEST_REMARK = 500


class NotUnderstood(ClaudeError):
    """Neither model gave a usable form: refused, cut off, or no such JSON."""


@dataclass(frozen=True)
class Models:
    """The project's two models."""

    fast: str
    main: str


def understand_request(
    model: str, context: TurnContext, salon: SalonBriefing, facts: ClientFacts
) -> dict[str, Any]:
    """Return the request: cached blocks first, then the talk, then what is true right now."""
    return {
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": rules_text("understand"), "cache_control": HOUR_CACHE},
            {"type": "text", "text": salon_block(salon), "cache_control": HOUR_CACHE},
        ],
        "messages": with_facts(
            model,
            facts,
            [{"type": "text", "text": dump({"messages": burst_json(context, salon)})}],
            understand_facts(context, salon, facts),
        ),
    } | knobs(model, output_format(UNDERSTANDING))


def salon_block(salon: SalonBriefing) -> str:
    """Return what is the same for every client of the salon and every turn."""
    return "\n\n".join(
        [
            salon.prompts[PromptVersion.Name.INTENT].text,
            salon.prompts[PromptVersion.Name.SERVICE].text,
            dump(salon.catalogue_json()),
        ]
    )


def understand(
    caller: Caller,
    models: Models,
    context: TurnContext,
    salon: SalonBriefing,
    facts: ClientFacts,
    early: EarlyReadings,
) -> Understanding:
    """Take what was read ahead, else ask the fast model, on refusal or overload the main one.

    Raises NotUnderstood when both answered uselessly, and the ClaudeErrors of the client.
    """
    trouble: ClaudeError = NotUnderstood("no answer")
    for model in dict.fromkeys((models.fast, models.main)):
        request = understand_request(model, context, salon, facts)
        found = early.take_form(model, request)
        if found is not None:
            return checked(found, context, salon, facts)
        try:
            reply = caller.ask("understand", model, request)
        except (Unreachable, Rejected) as error:
            trouble = error
            continue
        found = parse(reply)
        if found is not None:
            return checked(found, context, salon, facts)
        trouble = NotUnderstood(reply.stop_reason)
    raise trouble


def parse(reply: Reply) -> Understanding | None:
    """Read the form; None unless the answer is complete and is one."""
    return read_form(reply.text) if reply.stop_reason in ("end_turn", "stop_sequence") else None


def checked(
    found: Understanding, context: TurnContext, salon: SalonBriefing, facts: ClientFacts
) -> Understanding:
    """Drop what cannot be: ids the salon or the client does not have, phones and names nobody wrote."""
    changes: dict[str, Any] = {
        "wishes": tuple(_checked_wish(wish, context, salon, facts) for wish in found.wishes),
        "answer": found.answer if facts.proposal is not None else "none",
        "remark": _checked_remark(found.remark, context, facts),
        "guest_phone": said_phone(found.guest_phone, context, facts),
        "client_phone": said_phone(found.client_phone, context, facts),
        "client_name": said_name(found.client_name, context, facts),
    }
    return found.model_copy(update=changes)


def _checked_remark(remark: Remark, context: TurnContext, facts: ClientFacts) -> Remark:
    """A remark is the client's own: what is not made of their words is replaced by the words themselves."""
    if remark.kind == "none":
        return Remark()
    said = said_remark(remark.text, context, facts)
    return Remark(kind=remark.kind, text=said[:LONGEST_REMARK])


def _checked_wish(wish: Wish, context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> Wish:
    own = {visit.pk for visit in facts.visits}
    items = [_checked_item(item, context, salon, facts) for item in wish.items[:MOST_ITEMS]]
    changes: dict[str, Any] = {
        "visits": tuple(dict.fromkeys(number for number in wish.visits if number in own)),
        "items": tuple(items),
        "days": tuple(_forward(days) for days in wish.days),
        "every_weeks": max(wish.every_weeks, 0),
        "times": min(max(wish.times, 0), MOST_TIMES),
    }
    return wish.model_copy(update=changes)


def _checked_item(
    item: WishedItem, context: TurnContext, salon: SalonBriefing, facts: ClientFacts
) -> WishedItem:
    return WishedItem(
        services=_known(item.services, salon.service_ids),
        specialist=item.specialist if item.specialist in salon.specialist_ids else 0,
        not_specialists=_known(item.not_specialists, salon.specialist_ids),
        guest=said_name(item.guest, context, facts),
    )


def _forward(days: Any) -> Any:
    """A range that ends before it begins is its first day."""
    backward = days.is_possible and days.last < days.first
    return days.model_copy(update={"last": days.first}) if backward else days


def _known(ids: Sequence[int], known: Collection[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in ids if number in known))
