"""The second call of a turn: the main model phrases the reply and may propose, in a small bounded loop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ai.claude.client import Caller, Pin, Reply
from ai.claude.errors import ClaudeError, Rejected, Unreachable
from ai.claude.models import REPLY_TOKENS, knobs
from ai.facts.media import image_blocks
from ai.facts.requests import HOUR_CACHE, with_facts, with_last
from ai.facts.respond import respond_facts, salon_block
from ai.facts.salon import dump
from ai.phrasing.tool_inputs import Say
from ai.phrasing.tools import Toolbox
from ai.prompts.schemas import TOOLS
from ai.prompts.versions import rules_text
from ai.understanding.reading import Models
from ai.understanding.understood import Understood
from dialogues.selectors import describe

MAX_REQUESTS = 4
LONGEST_REPLY = 3500
_NUDGE = "Write the message to the client now, with `say`."
_NOT_SAID = {"error": "not_said", "message": "Nothing was said: another call of this answer failed."}
_AGAIN = "Say the whole message again without these faults; keep the rest as it is."


class NoReply(ClaudeError):
    """The loop ended without a usable text: refused, cut off, empty, or running in circles."""


@dataclass
class Response:
    """What the loop came to: a draft with references, the notes it draws on, and the talk so far."""

    text: str
    notes: tuple[int, ...]
    messages: list[dict[str, Any]]
    pin: Pin


@dataclass
class Responder:
    """The respond calls of one turn; remembers the conversation for a corrective retry.

    `looked_up` is what was found for the wishes before the model was asked: it then needs no tool to offer
    it.
    """

    caller: Caller
    models: Models
    turn: Understood
    toolbox: Toolbox
    looked_up: list[dict[str, Any]] = field(default_factory=list)
    requests: int = field(default=0)

    @property
    def card_says_all(self) -> bool:
        """Say whether a card is exactly what was asked for: it needs no words of the model beside it.

        What the model said with it stays: the client may have asked for more than a card shows.
        """
        turn = self.turn
        is_plain = turn.is_whole and turn.accepted is None and len(turn.other_wishes) == 1
        given_up = any(one.get("relaxed") for one in self.looked_up)
        is_silent = self.toolbox.said is None and not self.toolbox.question
        return self.toolbox.proposal is not None and is_plain and is_silent and not given_up

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

    def correct(self, response: Response, reasons: Sequence[str]) -> Response | None:
        """Ask once for a text without the faults; None when no request is left or nothing usable came.

        What was proposed stands: only `say` is listened to.
        """
        if self.requests >= MAX_REQUESTS or not response.text:
            return None
        wanted = {"draft": response.text, "faults": list(reasons), "task": _AGAIN}
        messages = with_last(response.messages, [{"type": "text", "text": dump(wanted)}])
        try:
            reply = self._ask(response.pin.model, messages, response.pin)
        except ClaudeError:
            return None
        said = self._said_in(reply)
        if said is None or not said.text:
            return None
        notes = tuple(said.notes) or response.notes
        return Response(said.text[:LONGEST_REPLY], notes, messages, response.pin)

    def _said_in(self, reply: Reply) -> Say | None:
        for use in reply.tool_uses:
            if use.get("name") == "say":
                self.toolbox.run("say", use.get("input"))
                return self.toolbox.said
        if reply.stop_reason in ("end_turn", "stop_sequence") and reply.text:
            return Say(text=reply.text)
        return None

    def _loop(self, model: str) -> Response:
        messages = self._opening(model)
        pin: Pin | None = None
        nudged = False
        while self.requests < MAX_REQUESTS:
            reply = self._ask(model, messages, pin)
            pin = reply.pin
            if reply.stop_reason == "tool_use":
                messages = [*messages, reply.as_message(), self._results(reply)]
                if self.toolbox.said is not None:
                    return self._response(self.toolbox.said, messages, pin)
                if self.card_says_all:
                    return Response("", (), messages, pin)
                if self.toolbox.stuck:
                    raise NoReply("going in circles")
                continue
            if reply.stop_reason in ("end_turn", "stop_sequence"):
                if reply.text:
                    done = [*messages, reply.as_message()]
                    return self._response(Say(text=reply.text), done, pin)
                if not nudged:
                    nudged = True
                    messages = with_last(messages, [{"type": "text", "text": _NUDGE}])
                    continue
            raise NoReply(reply.stop_reason if reply.text or not nudged else "empty")
        if pin is not None and self.toolbox.proposal is not None:
            return Response("", (), messages, pin)
        raise NoReply("too many requests")

    @staticmethod
    def _response(said: Say, messages: list[dict[str, Any]], pin: Pin) -> Response:
        return Response(said.text[:LONGEST_REPLY], tuple(said.notes), messages, pin)

    def _ask(self, model: str, messages: list[dict[str, Any]], pin: Pin | None) -> Reply:
        self.requests += 1
        request = respond_request(self.turn, self.toolbox, messages) | knobs(model)
        if self._will_loop():
            request["cache_control"] = {"type": "ephemeral"}
        return self.caller.ask("respond", model, request, pin=pin)

    def _will_loop(self) -> bool:
        """Writing the talk into the cache pays only if another request of this turn reads it."""
        return not self.looked_up and bool(self.turn.other_wishes)

    def _opening(self, model: str) -> list[dict[str, Any]]:
        messages = self.turn.context.burst.messages
        words = "\n".join(filter(None, (describe(message) for message in messages)))
        blocks = [*image_blocks(messages), {"type": "text", "text": words or "[no text]"}]
        known = respond_facts(self.turn, self.toolbox.times.book, self.looked_up)
        return with_facts(model, self.turn.facts, blocks, known)

    def _results(self, reply: Reply) -> dict[str, Any]:
        """Run the calls of one answer; every one gets its result, whatever it asked for.

        `say` comes last: a message that goes with a proposal is said only if the proposal stands.
        """
        uses = reply.tool_uses
        others = [use for use in uses if use.get("name") != "say"]
        results = self.toolbox.run_answer([(use.get("name"), use.get("input")) for use in others])
        found = {use.get("id"): _told(use, *result) for use, result in zip(others, results, strict=True)}
        failed = any(result.get("is_error") for result in found.values())
        for use in uses:
            if use.get("name") == "say":
                found[use.get("id")] = _not_said(use) if failed else self._said(use)
        return {"role": "user", "content": [found[use.get("id")] for use in uses]}

    def _said(self, use: dict[str, Any]) -> dict[str, Any]:
        return _told(use, *self.toolbox.run("say", use.get("input")))


def _told(use: dict[str, Any], content: str, is_error: bool) -> dict[str, Any]:
    result = {"type": "tool_result", "tool_use_id": use.get("id"), "content": content}
    return result | ({"is_error": True} if is_error else {})


def _not_said(use: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "tool_result",
        "tool_use_id": use.get("id"),
        "content": dump(_NOT_SAID),
        "is_error": True,
    }


def respond_request(turn: Understood, toolbox: Toolbox, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the request without what depends on the model.

    Tools and global rules are the same for every salon, the second block for every client of one who speaks
    the same language; both stay cached for an hour.
    """
    block = salon_block(turn.salon, toolbox.times.book)
    return {
        "max_tokens": REPLY_TOKENS,
        "tools": list(TOOLS),
        "system": [
            {"type": "text", "text": rules_text("respond"), "cache_control": HOUR_CACHE},
            {"type": "text", "text": block, "cache_control": HOUR_CACHE},
        ],
        "messages": messages,
    }
