"""The answers of Claude in one turn, from a scenario's data to rules of the stand-in."""

from collections.abc import Callable, Sequence
from typing import Any

from botbackend.workshop.evaluation.world import World
from botbackend.workshop.sandbox.claude.answers.asked import asked_of
from botbackend.workshop.sandbox.claude.answers.data import AnswerData
from botbackend.workshop.sandbox.claude.answers.lookup import answer_of
from botbackend.workshop.sandbox.claude.answers.script import Rule

STRANGERS = "the stranger's"  # names a visit of somebody else


def rules_of(
    world: World, answers: Sequence[AnswerData], before_first: Callable[[], None] | None
) -> list[Rule]:
    """Return a rule per answer; `before_first` is called while the first request waits."""
    rules = [_rule(world, answer) for answer in answers]
    if before_first is not None:
        rules[0].call = _after(before_first, rules[0].call)
    return rules


def left_of(rules: Sequence[Rule]) -> list[str]:
    """Return the answers that no request fetched, in words."""
    return [rule.data.model_dump_json(exclude_unset=True) for rule in rules if rule.times and rule.data]


def _rule(world: World, answer: AnswerData) -> Rule:
    if answer.status is not None:
        return Rule(data=answer, status=answer.status)
    if answer.understand is not None and not answer.understand.language:
        wish = answer.understand.model_copy(update={"language": world.scenario.language})
        answer = answer.model_copy(update={"understand": wish})
    theirs = world.stranger.bookings.first()
    strangers = {STRANGERS: theirs.pk} if theirs is not None else {}
    return Rule(data=answer, call=lambda body: answer_of(answer, asked_of(body), strangers))


def _after(
    happen: Callable[[], None], call: Callable[[dict[str, Any]], dict[str, Any]] | None
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def interrupted(body: dict[str, Any]) -> dict[str, Any]:
        happen()
        return call(body) if call is not None else {"text": ""}

    return interrupted
