"""The tools of the second call: they look up and check; what is to be done only enters the draft."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from ai.facts.salon import dump
from ai.facts.search import FreeTimes, SlotSearch, free_times
from ai.phrasing.known_times import KnownTimes
from ai.phrasing.proposing import (
    REFUSED_BEFORE,
    Others,
    ToolError,
    proposed_booking,
    proposed_cancel,
    proposed_change,
)
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
from ai.turn.refused import as_changed, was_refused
from ai.understanding.resolved_wishes import resolve_time, search_of
from ai.understanding.understood import Understood
from bookings.errors import BookingError

MAX_CALLS = 8
REASON_LENGTH = 500
_SHOWN_ALTERNATIVES = 12
_TOGETHER = ("propose_change", "propose_cancel")
_NOT_PREPARED = "Nothing was prepared: another visit of this answer failed. Propose again what is to stand."


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
    _leaving: frozenset[int] = frozenset()

    def run_answer(self, calls: Sequence[tuple[object, Any]]) -> list[tuple[str, bool]]:
        """Run the calls of one answer of the model, each as `run` does; the result of each in their order.

        What it proposes may replace what an earlier answer did. The visits that it changes and cancels do so
        together: each may have the place that another leaves, and none does if one of them cannot.
        """
        card = self.proposal
        self._is_proposed = False
        self._leaving = frozenset(pk for pk in _visits_of(calls) if self.turn.facts.visit(pk) is not None)
        found = [self.run(name, arguments) for name, arguments in calls]
        pairs = list(zip(calls, found, strict=True))
        if any(name in _TOGETHER and failed for (name, _), (_, failed) in pairs):
            untold = {"error": "not_prepared", "message": _NOT_PREPARED}
        elif self._is_refused_before(card):
            untold = {"error": "invalid", "message": REFUSED_BEFORE}
        else:
            return found
        if self.proposal is not card and self.proposal is not None and self.proposal.kind != "book":
            self.proposal = card
        return [
            (dump(untold), True) if name in _TOGETHER and not failed else (told, failed)
            for (name, _), (told, failed) in pairs
        ]

    def _is_refused_before(self, card: Propose | None) -> bool:
        """Say whether the client refused what several visits make together."""
        made = self.proposal
        return (
            made is not None and made is not card and len(made.all_ids) > 1 and was_refused(self.turn, made)
        )

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

    def look_up(self, search: SlotSearch, *, moving: int | None = None) -> FreeTimes:
        """Look up what is free; the time of visits that are to be moved is free for what is wished.

        For a visit that moves, `moving`, so is that of those which the client wants cancelled.
        """
        context, salon = self.turn.context, self.turn.salon
        moves = self._wished("change")
        present = frozenset(
            (visit.service_id, visit.specialist_id, visit.start)
            for visit in self.turn.facts.visits
            if visit.pk in (moves if moving is None else [moving])
        )
        return free_times(
            project=context.project,
            zone=salon.zone,
            now=timezone.now(),
            horizon=self.times.book.last,
            search=replace(search, present=present),
            ignore=(*self.turn.free_holds, *moves, *(self._wished("cancel") if moving else ())),
        )

    def _wished(self, kind: str) -> list[int]:
        return [visit for one in self.turn.wishes if one.wish.kind == kind for visit in one.wish.visits]

    # Proposing
    def _propose_booking(self, asked: ProposeBooking) -> dict[str, Any]:
        action, places = proposed_booking(self.turn, asked, self.times)
        kept = {"note": action.note} if action.note else {}
        return self._prepared(action, [self.times.label(place) for place in places]) | kept

    def _propose_change(self, asked: ProposeChange) -> dict[str, Any]:
        action, place = proposed_change(self.turn, asked, self.times, self._others(asked.visit))
        return self._prepared(action, [self.times.label(place)])

    def _others(self, visit: int) -> Others:
        """Return what is on the card beside a visit, and who leaves with it."""
        card = self.proposal
        if card is None or card.kind == "book":
            return Others(self._leaving - {visit})
        rest = [one for one in card.changes if card.kind == "change" and one.booking_ids != (visit,)]
        places = [item for one in rest if (item := as_changed(self.turn, one)) is not None]
        return Others({*self._leaving, *card.all_ids} - {visit}, places)

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
            return _without_both(replace(first, also=tuple(rest), cancels=before.cancels))
        if self._is_proposed and before is not None and {before.kind, action.kind} == {"change", "cancel"}:
            change, gone = (before, action) if before.kind == "change" else (action, before)
            cancels = dict.fromkeys((*change.cancels, *gone.booking_ids))
            return _without_both(replace(change, cancels=tuple(cancels)))
        if self._is_proposed and before is not None:
            raise ToolError(
                f"There is one card in a turn, and it is a {before.kind} already. New visits go into one "
                "call; the other thing is taken up once the client has answered this card."
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


def _without_both(action: Propose) -> Propose:
    """Refuse to move and to cancel one visit."""
    if {pk for one in action.changes for pk in one.booking_ids} & set(action.cancels):
        raise ToolError("One visit is to be moved and cancelled: ask which of both.")
    return action


def _visits_of(calls: Iterable[tuple[object, Any]]) -> Iterator[int]:
    for name, arguments in calls:
        given = arguments if isinstance(arguments, dict) else {}
        if name == "propose_change" and isinstance(given.get("visit"), int):
            yield given["visit"]
        if name == "propose_cancel" and isinstance(given.get("visits"), list):
            yield from (one for one in given["visits"] if isinstance(one, int))


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
