"""The tools of the second call: they look up and check; what is to be done only enters the draft."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from ai.facts.salon import dump
from ai.facts.search import FreeTimes, SlotSearch, free_times
from ai.phrasing.known_times import KnownTimes
from ai.phrasing.proposing import ToolError, proposed_booking, proposed_cancel, proposed_change
from ai.phrasing.tool_inputs import (
    AskHuman,
    FindSlots,
    ProposeBooking,
    ProposeCancel,
    ProposeChange,
    Say,
    ToolInput,
    readable_input,
)
from ai.turn.drafts import Propose
from ai.understanding.resolved_wishes import resolve_time, search_of
from ai.understanding.understood import Understood
from bookings.errors import BookingError
from botbackend.lib.stopped_clock import current_time

MAX_CALLS = 8
REASON_LENGTH = 500
_SHOWN_ALTERNATIVES = 12


@dataclass
class ToolCall:
    """One call for the trace."""

    name: str
    arguments: Any
    result: dict[str, Any]
    is_error: bool


@dataclass
class Toolbox:
    """The tools of one turn, bound to its client and project; the model cannot name another.

    `said` is the message that the model wrote with `say`, once no other tool of the same answer failed.
    """

    turn: Understood
    times: KnownTimes
    calls: list[ToolCall] = field(default_factory=list)
    proposal: Propose | None = None
    question: str = ""
    said: Say | None = None
    stuck: bool = False
    _is_proposed: bool = False

    def begin_answer(self) -> None:
        """Another answer of the model begins: what it proposes may replace what an earlier one did."""
        self._is_proposed = False

    def run(self, name: object, arguments: Any) -> tuple[str, bool]:
        """Run one call; returns the JSON for the model and whether it is an error.

        The same failing call a second time, or too many calls, sets `stuck`: the loop ends.
        """
        try:
            if len(self.calls) >= MAX_CALLS:
                self.stuck = True
                raise ToolError("No more tool calls in this turn. Answer the client with what you have.")
            result, failed = self._run(name, arguments), False
        except ValidationError as error:
            result, failed = {"error": "invalid", "message": _mistakes(error)}, True
        except ToolError as error:
            result, failed = {"error": "invalid", "message": str(error), **error.extra}, True
        except BookingError as error:
            result, failed = self._refusal(error), True
        call = ToolCall(str(name), arguments, result, failed)
        if failed and any(
            (one.name, one.arguments, one.is_error) == (call.name, call.arguments, True) for one in self.calls
        ):
            self.stuck = True
        self.calls.append(call)
        return dump(result), failed

    def _run(self, name: object, arguments: Any) -> dict[str, Any]:
        tools: dict[object, tuple[type[ToolInput], Callable[[Any], dict[str, Any]]]] = {
            "find_slots": (FindSlots, self._find_slots),
            "propose_booking": (ProposeBooking, self._propose_booking),
            "propose_change": (ProposeChange, self._propose_change),
            "propose_cancel": (ProposeCancel, self._propose_cancel),
            "ask_human": (AskHuman, self._ask_human),
            "say": (Say, self._say),
        }
        if name not in tools:
            raise ToolError(f"There is no such tool. Tools: {', '.join(sorted(map(str, tools)))}.")
        schema, tool = tools[name]
        return tool(schema.model_validate(readable_input(arguments)))

    def _refusal(self, error: BookingError) -> dict[str, Any]:
        alternatives = [self.times.add((slot,)) for slot in error.alternatives[:_SHOWN_ALTERNATIVES]]
        return {"error": error.code, "message": error.message, "alternatives": alternatives}

    # Looking up
    def _find_slots(self, asked: FindSlots) -> dict[str, Any]:
        items = asked.wish.items
        salon = self.turn.salon
        for item in items:
            unknown = [number for number in item.services if number not in salon.service_ids]
            if unknown or not item.services:
                raise ToolError("Every item needs ids of services of the catalogue.")
            if item.specialist and item.specialist not in salon.specialist_ids:
                raise ToolError(f"No specialist has the id {item.specialist}. Use ids of the catalogue or 0.")
        when = resolve_time(said=asked.wish, context=self.turn.context, salon=salon)
        if when.question is not None:
            raise ToolError(f"That cannot be looked up: {when.question.key}.")
        return self.times.as_json(self.look_up(search_of(asked.wish, items, when)))

    def look_up(self, search: SlotSearch) -> FreeTimes:
        """Look up what is free; the time of a visit that is to be moved is free for its own move."""
        context, salon = self.turn.context, self.turn.salon
        moves = [visit for one in self.turn.wishes if one.wish.kind == "change" for visit in one.wish.visits]
        present = frozenset(
            (visit.service_id, visit.specialist_id, visit.start)
            for visit in self.turn.facts.visits
            if visit.pk in moves
        )
        return free_times(
            project=context.project,
            zone=salon.zone,
            now=current_time(),
            horizon=self.times.book.last,
            search=replace(search, present=present),
            ignore=(*self.turn.free_holds, *moves),
        )

    # Proposing
    def _propose_booking(self, asked: ProposeBooking) -> dict[str, Any]:
        action, places = proposed_booking(self.turn, asked, self.times)
        kept = {"note": action.note} if action.note else {}
        return self._prepared(action, [self.times.label(place) for place in places]) | kept

    def _propose_change(self, asked: ProposeChange) -> dict[str, Any]:
        action, place = proposed_change(self.turn, asked, self.times)
        return self._prepared(action, [self.times.label(place)])

    def _propose_cancel(self, asked: ProposeCancel) -> dict[str, Any]:
        action, visits = proposed_cancel(self.turn, asked)
        return self._prepared(action, [self.times.label_visit(visit) for visit in visits])

    def _prepared(self, action: Propose, labels: Sequence[str]) -> dict[str, Any]:
        self.proposal = self._with_others(action)
        self._is_proposed = True
        return {
            "proposal_id": f"{self.turn.context.turn.pk}-{len(self.calls) + 1}",
            "summary": f"{action.kind}: {'; '.join(labels)}",
            "awaits_confirmation": True,
        }

    def _with_others(self, action: Propose) -> Propose:
        """Return the card with this on it: the changes of several visits are one card."""
        before = self.proposal
        if before is not None and before.kind == action.kind == "change":
            changes = {one.booking_ids: one for one in (*before.changes, action)}
            first, *rest = changes.values()
            return replace(first, also=tuple(rest))
        if self._is_proposed and before is not None:
            raise ToolError(
                f"There is one card in a turn, and it is a {before.kind} already. All visits of one kind go "
                "into one call; the other thing is taken up once the client has answered this card."
            )
        return action

    # Words
    def _ask_human(self, asked: AskHuman) -> dict[str, Any]:
        self.question = " ".join(asked.reason.split())[:REASON_LENGTH] or "asks for a person"
        return {"ok": True, "message": "The staff will see it. Tell the client that a colleague will answer."}

    def _say(self, asked: Say) -> dict[str, Any]:
        unknown = [number for number in asked.notes if number not in self.turn.salon.note_ids]
        if unknown:
            raise ToolError(f"No note has the id {unknown[0]}.")
        if not asked.text and self.proposal is None:
            raise ToolError("Write the message to the client.")
        self.said = asked
        return {"ok": True}


def _mistakes(error: ValidationError) -> str:
    problems = [f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}" for one in error.errors()[:5]]
    return "; ".join(problems)


def readable(arguments: Any) -> Any:
    """Return arguments fit for the trace, whatever the model sent."""
    try:
        text = json.dumps(arguments, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(arguments)[:500]
    return arguments if len(text) <= 4000 else text[:4000]
