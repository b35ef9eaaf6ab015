"""The second call of a turn: the main model phrases the reply and may propose, in a small bounded loop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ai.claude.client import Caller, Pin, Reply
from ai.claude.errors import ClaudeError, Rejected, Unreachable
from ai.claude.models import REPLY_TOKENS, knobs
from ai.facts.client import ClientFacts, conversation, volatile_facts, with_last
from ai.facts.media import image_blocks
from ai.facts.salon import SalonBriefing, dump
from ai.models import PromptVersion
from ai.prompts.schemas import TOOLS
from ai.prompts.versions import rules_text
from ai.turn.drafts import TurnContext, Understanding
from ai.turn.tools import Toolbox
from ai.turn.understanding import HOUR_CACHE, Models
from bookings.values import Slot
from dialogues.selectors import describe

MAX_REQUESTS = 4
LONGEST_REPLY = 3500
_NUDGE = "Write the message to the client now."


class NoReply(ClaudeError):
    """The loop ended without a usable text: refused, cut off, empty, or running in circles."""


@dataclass
class Response:
    """What the loop came to."""

    text: str
    messages: list[dict[str, Any]]
    pin: Pin
    requests: int
    trouble: str = ""


@dataclass
class Responder:
    """The respond calls of one turn; remembers the conversation for a corrective retry."""

    caller: Caller
    models: Models
    context: TurnContext
    salon: SalonBriefing
    facts: ClientFacts
    understanding: Understanding
    toolbox: Toolbox
    slots: Sequence[Slot] | None = None
    requests: int = field(default=0)

    def respond(self) -> Response:
        """Run the loop on the main model, from the start again on the fast one if it refuses or is busy.

        Raises NoReply when neither gave a text, and the ClaudeErrors of the client. What was proposed on the
        way stays in the toolbox.
        """
        trouble: ClaudeError = NoReply("no answer")
        for model in dict.fromkeys((self.models.main, self.models.fast)):
            if self.requests >= MAX_REQUESTS:
                break
            try:
                return self._loop(model)
            except (Unreachable, Rejected, NoReply) as error:
                trouble = error
                if self.toolbox.stuck:
                    break
        raise trouble

    def correct(self, response: Response, reasons: Sequence[str]) -> str | None:
        """Ask once for a text without the faults; None when no request is left or nothing usable came."""
        if self.requests >= MAX_REQUESTS:
            return None
        wanted = {"corrections": list(reasons), "task": "Write the whole message again without these faults."}
        messages = [
            *response.messages,
            {"role": "assistant", "content": [{"type": "text", "text": response.text}]},
            {"role": "user", "content": [{"type": "text", "text": dump(wanted)}]},
        ]
        try:
            reply = self._ask(response.pin.model, messages, response.pin, tools_off=True)
        except ClaudeError:
            return None
        usable = reply.stop_reason in ("end_turn", "stop_sequence") and reply.text
        return reply.text[:LONGEST_REPLY] if usable else None

    def _loop(self, model: str) -> Response:
        messages = self._opening()
        pin: Pin | None = None
        nudged = False
        while self.requests < MAX_REQUESTS:
            reply = self._ask(model, messages, pin)
            pin = reply.pin
            if reply.stop_reason == "tool_use":
                messages = [*messages, reply.as_message(), self._results(reply)]
                if self.toolbox.stuck:
                    raise NoReply("going in circles")
                continue
            if reply.stop_reason in ("end_turn", "stop_sequence"):
                if reply.text:
                    return Response(reply.text[:LONGEST_REPLY], messages, pin, self.requests)
                if not nudged:
                    nudged = True
                    messages = with_last(messages, [{"type": "text", "text": _NUDGE}])
                    continue
            raise NoReply(reply.stop_reason if reply.text or not nudged else "empty")
        if pin is not None and self.toolbox.proposal is not None:
            return Response("", messages, pin, self.requests, "too many requests")
        raise NoReply("too many requests")

    def _ask(
        self, model: str, messages: list[dict[str, Any]], pin: Pin | None, *, tools_off: bool = False
    ) -> Reply:
        self.requests += 1
        request = respond_request(self.salon, messages) | knobs(model)
        if self._will_loop():
            request["cache_control"] = {"type": "ephemeral"}
        if tools_off:
            request["tool_choice"] = {"type": "none"}
        return self.caller.ask("respond", model, request, pin=pin)

    def _will_loop(self) -> bool:
        """Writing the talk into the cache pays only if another request of this turn reads it."""
        return self.slots is None and self.understanding.intent in ("book", "change", "cancel")

    def _opening(self) -> list[dict[str, Any]]:
        facts = volatile_facts(
            self.context, self.salon, self.facts, understanding=self.understanding, slots=self.slots
        )
        words = "\n".join(filter(None, (describe(message) for message in self.context.burst.messages)))
        blocks: list[dict[str, Any]] = [{"type": "text", "text": dump(facts)}]
        blocks += image_blocks(self.context.burst.messages)
        blocks.append({"type": "text", "text": words or "[no text]"})
        return with_last(conversation(self.facts), blocks)

    def _results(self, reply: Reply) -> dict[str, Any]:
        """Run the calls of one answer; every one gets its result, whatever it asked for."""
        results = []
        for use in reply.tool_uses:
            content, is_error = self.toolbox.run(use.get("name"), use.get("input"))
            result = {"type": "tool_result", "tool_use_id": use.get("id"), "content": content}
            results.append(result | ({"is_error": True} if is_error else {}))
        return {"role": "user", "content": results}


def respond_request(salon: SalonBriefing, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the request without what depends on the model.

    Tools and global rules are the same for every salon, the second block for every client of one; both stay
    cached for an hour.
    """
    return {
        "max_tokens": REPLY_TOKENS,
        "tools": list(TOOLS),
        "system": [
            {"type": "text", "text": rules_text("respond"), "cache_control": HOUR_CACHE},
            {"type": "text", "text": salon_block(salon), "cache_control": HOUR_CACHE},
        ],
        "messages": messages,
    }


def salon_block(salon: SalonBriefing) -> str:
    """Return the salon's own prompt, its catalogue, hours and notes."""
    notes = [{"title": title, "text": text} for title, text in salon.knowledge]
    return "\n\n".join(
        [
            salon.prompts[PromptVersion.Name.RESPONSE].text,
            dump(salon.catalogue_json()),
            dump({"salon": salon.project.name, "hours": salon.hours_json(), "notes": notes}),
        ]
    )
