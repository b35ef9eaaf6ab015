"""The first call of a turn: what does the client want? Code checks what the model says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ai.claude.client import Caller, Reply
from ai.claude.errors import ClaudeError, Rejected, Unreachable
from ai.claude.models import knobs
from ai.facts.client import ClientFacts, conversation, said_name, said_phone, volatile_facts, with_last
from ai.facts.salon import SalonBriefing, dump
from ai.models import PromptVersion
from ai.prompts.schemas import UNDERSTANDING, output_format
from ai.prompts.versions import rules_text
from ai.turn.drafts import TurnContext, Understanding

MAX_TOKENS = 1500
MAX_SERVICES = 6  # of one visit
HOUR_CACHE = {"type": "ephemeral", "ttl": "1h"}


class NotUnderstood(ClaudeError):
    """Neither model gave a usable form: refused, cut off, or no such JSON."""


@dataclass(frozen=True)
class Models:
    """The project's two models."""

    fast: str
    main: str


def understand_request(context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> dict[str, Any]:
    """Return the request without what depends on the model: cached blocks first, volatile facts last."""
    last = {"type": "text", "text": dump(volatile_facts(context, salon, facts))}
    return {
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": rules_text("understand"), "cache_control": HOUR_CACHE},
            {"type": "text", "text": salon_block(salon), "cache_control": HOUR_CACHE},
        ],
        "messages": with_last(conversation(facts), [last]),
    }


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
    caller: Caller, models: Models, context: TurnContext, salon: SalonBriefing, facts: ClientFacts
) -> Understanding:
    """Ask the fast model, on refusal or overload the main one.

    Raises NotUnderstood when both answered uselessly, and the ClaudeErrors of the client.
    """
    request = understand_request(context, salon, facts)
    trouble: ClaudeError = NotUnderstood("no answer")
    for model in dict.fromkeys((models.fast, models.main)):
        try:
            reply = caller.ask("understand", model, request | knobs(model, output_format(UNDERSTANDING)))
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
    if reply.stop_reason not in ("end_turn", "stop_sequence"):
        return None
    try:
        return Understanding.model_validate(json.loads(reply.text))
    except (ValueError, ValidationError, RecursionError):
        return None


def checked(
    found: Understanding, context: TurnContext, salon: SalonBriefing, facts: ClientFacts
) -> Understanding:
    """Drop what cannot be: ids the salon or the client does not have, phones the client never wrote."""
    own = {visit.pk for visit in facts.visits}
    changes: dict[str, Any] = {
        "service_ids": _known(found.service_ids, salon.service_ids),
        "specialist_id": found.specialist_id if found.specialist_id in salon.specialist_ids else None,
        "booking_ids": [number for number in found.booking_ids if number in own],
        "answer": found.answer if facts.proposal is not None else "none",
        "guest_phone": said_phone(found.guest_phone, context, facts) or None,
        "client_phone": said_phone(found.client_phone, context, facts) or None,
        "guest_name": said_name(found.guest_name, context, facts) or None,
        "client_name": said_name(found.client_name, context, facts) or None,
    }
    if found.date_from and found.date_to and found.date_to < found.date_from:
        changes["date_to"] = found.date_from
    return found.model_copy(update=changes)


def _known(ids: Sequence[int], known: frozenset[int]) -> list[int]:
    return [number for number in ids if number in known][:MAX_SERVICES]
