"""Scripted answers of the model: a scenario names services, people and visits, the rules carry ids."""

from collections.abc import Callable
from typing import Any

from bookings.selectors import active_visits
from botbackend.workshop.evaluation.world import World
from botbackend.workshop.sandbox.claude_reader import read
from botbackend.workshop.sandbox.claude_script import Rule

EMPTY_FORM: dict[str, Any] = {
    "intent": "unclear",
    "service_ids": [],
    "specialist_id": None,
    "date_from": None,
    "date_to": None,
    "weekday": None,
    "time_from": None,
    "time_to": None,
    "exact_time": False,
    "answer": "none",
    "booking_ids": [],
    "guest_name": None,
    "guest_phone": None,
    "client_name": None,
    "client_phone": None,
}
_TOOL_FIELDS: dict[str, dict[str, Any]] = {
    "find_slots": dict.fromkeys(("specialist_id", "date_from", "date_to", "time_from", "time_to"), None),
    "propose_booking": {"guest_name": None, "guest_phone": None},
    "propose_change": {"service_id": None, "specialist_id": None, "start": None},
    "propose_cancel": {},
    "ask_human": {},
}


def rules_of(
    world: World, script: list[dict[str, Any]], before_first: Callable[[], None] | None
) -> list[Rule]:
    """Return the rules of one turn; `before_first` is called while the first request waits."""
    rules = [_rule(world, answer) for answer in script]
    if before_first is None:
        return rules
    if not rules:
        return [_interrupted(Rule(), before_first)]
    return [_interrupted(rules[0], before_first), *rules[1:]]


def _interrupted(rule: Rule, happen: Callable[[], None]) -> Rule:
    """Let something happen before this answer; without an answer of its own the reader gives it."""

    def call(body: dict[str, Any]) -> dict[str, Any]:
        happen()
        if rule.answer is not None:
            return rule.answer
        return read(body)

    return Rule(when=rule.when, call=call)


def _rule(world: World, answer: dict[str, Any]) -> Rule:
    """One of: {understand: form}, {respond: text}, {tool: name, input: ...}, {status: n}, {raw: answer}.

    Raises ValueError for anything else.
    """
    if "understand" in answer:
        form = {**EMPTY_FORM, "language": world.scenario.language, **_ids(world, answer["understand"])}
        return Rule(when={"kind": "understand"}, answer={"json": form})
    if "respond" in answer:
        return Rule(when={"kind": "respond"}, answer={"text": answer["respond"]})
    if "tool" in answer:
        given = {**_TOOL_FIELDS.get(answer["tool"], {}), **_ids(world, answer.get("input") or {})}
        tools = [{"name": answer["tool"], "input": given}]
        return Rule(when={"kind": "respond"}, answer={"tools": tools})
    if "status" in answer:
        return Rule(status=int(answer["status"]), times=answer.get("times", 1))
    if "raw" in answer:
        return Rule(when={"kind": answer.get("kind", "respond")}, answer=answer["raw"])
    raise ValueError(f"a scripted answer has one of understand, respond, tool, status, raw: {answer}")


def _ids(world: World, value: Any) -> Any:
    """Replace names by ids: service, services, specialist; visit(s) by their place among the client's."""
    if isinstance(value, list):
        return [_ids(world, one) for one in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, given in value.items():
        if name == "service":
            found["service_id"] = world.services[given].pk
        elif name == "services":
            found["service_ids"] = [world.services[one].pk for one in given]
        elif name == "specialist":
            found["specialist_id"] = world.specialists[given].pk if given else None
        elif name in ("visit", "visits"):
            own = [row.pk for row in active_visits(client=world.client)]
            chosen = [own[number - 1] for number in (given if isinstance(given, list) else [given])]
            found["booking_ids" if name == "visits" else "booking_id"] = (
                chosen if name == "visits" else chosen[0]
            )
        elif name == "stranger_visit":
            found["booking_id"] = world.stranger.bookings.order_by("pk").values_list("pk", flat=True)[0]
        elif name == "stranger_visits":
            found["booking_ids"] = list(world.stranger.bookings.values_list("pk", flat=True))
        else:
            found[name] = _ids(world, given)
    return found
