"""The last questions of clients, asked again: the text in force and the tried one answer side by side."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any, get_args

from django.db.models import QuerySet
from django.utils import timezone

from ai.claude.client import Caller
from ai.facts.client import ClientFacts, read_facts
from ai.facts.salon import SalonBriefing, read_salon
from ai.language.answers import CardKind, read_answer
from ai.models import Rehearsal, Turn
from ai.rehearsal.playing import Callers, as_json, context_of, play, with_tried
from ai.turn.drafts import TurnContext
from ai.turn.spoken import spoken
from bookings.engine.diary import read_diary
from botbackend.lib.stopped_clock import current_time, stopped
from dialogues.models import Dialogue, Message
from projects.models import Project

MOST = 10
MOST_TRIES = 2  # of a question during which the diary changes
_LOOKED_AT = 40


def gather(project: Project) -> list[dict[str, Any]]:
    """Return the last real questions with the answers that were given, the newest first.

    A plain yes or no is no question, and neither is what no model answered.
    """
    answered = Turn.objects.filter(
        project=project,
        mode=Turn.Mode.MODEL,
        calls__gt=0,
        outcome__in=[Turn.Outcome.REPLIED, Turn.Outcome.HANDED_OFF],
    )
    turns = dict(answered.order_by("-pk").values_list("pk", "dialogue_id")[:_LOOKED_AT])
    asked: dict[int, list[str]] = {}
    said: dict[int, list[str]] = {}
    for message in Message.objects.filter(turn_id__in=turns).order_by("pk"):
        place = asked if message.direction == Message.Direction.IN else said
        place.setdefault(message.turn_id or 0, []).append(message.text)
    rows: list[dict[str, Any]] = [
        {
            "turn": turn,
            "dialogue": dialogue,
            "asked": "\n".join(asked.get(turn, [])),
            "old": "\n\n".join(said.get(turn, [])),
            "in_force": None,
            "new": None,
        }
        for turn, dialogue in turns.items()
    ]
    return [row for row in rows if _is_question(row["asked"])][:MOST]


def _is_question(words: str) -> bool:
    return bool(words.strip()) and all(read_answer(words, kind) == "none" for kind in get_args(CardKind))


def answer(rehearsal: Rehearsal, row: dict[str, Any], callers: Callers) -> None:
    """Have one question answered by the text in force and by the tried one. Raises ClaudeErrors.

    Both are asked at the same moment, with the same facts of the salon and the client. What is free they look
    up themselves: where the diary was changed between, the question is left for another try, and after the
    last one the row says so. Where the tried text is the one in force, it is asked once.
    """
    dialogue = _dialogue(rehearsal.project, row["dialogue"])
    messages = list(Message.objects.filter(turn_id=row["turn"], direction=Message.Direction.IN))
    if dialogue is None or not messages:
        row["new"] = {"text": "", "notes": ["gone"], "usd": "0"}
        return
    at = timezone.now()
    with stopped(at):
        question = _asked_now(rehearsal.project, dialogue, messages)
        tried = with_tried(question.salon, rehearsal)
        before = read_diary(project=rehearsal.project, now=at)
        is_another = question.salon.prompts[rehearsal.name].text != tried.prompts[rehearsal.name].text
        in_force = _said(question, question.salon, callers.new()) if is_another else None
        new = _said(question, tried, callers.new())
        is_same = in_force is None or before == read_diary(project=rehearsal.project, now=at)
    row["tries"] = row.get("tries", 0) + 1
    if is_same or row["tries"] >= MOST_TRIES:
        row.update(at=at.isoformat(), in_force=in_force, new=new, diary_changed=not is_same)


@dataclass(frozen=True)
class _Question:
    """A question as of now, with what was true of the salon and of this client when it was read."""

    context: TurnContext
    salon: SalonBriefing
    facts: ClientFacts


def _asked_now(project: Project, dialogue: Dialogue, messages: list[Message]) -> _Question:
    context = context_of(
        project=project,
        dialogue=dialogue,
        client=dialogue.client,
        messages=[_as_of_now(message) for message in sorted(messages, key=lambda one: one.place)],
    )
    facts = read_facts(context, proposal=None)
    first = min(message.pk for message in messages)
    before = replace(facts, lines=tuple(line for line in facts.lines if line.message_id < first))
    return _Question(context, read_salon(project=project), before)


def _said(question: _Question, salon: SalonBriefing, caller: Caller) -> dict[str, Any]:
    """Return what the client would read."""
    played = play(question.context, salon=salon, facts=question.facts, caller=caller)
    return as_json(spoken(context=played.context, draft=played.draft), played)


def _dialogue(project: Project, dialogue_id: int) -> Dialogue | None:
    """Read the talk; whatever card lies open in it is none of the question's."""
    rows: QuerySet[Dialogue] = Dialogue.objects.select_related("client").filter(project=project)
    dialogue = rows.filter(pk=dialogue_id).first()
    if dialogue is not None:
        dialogue.project, dialogue.awaits_answer_until = project, None
    return dialogue


def _as_of_now(message: Message) -> Message:
    again = copy(message)
    again.created_at = again.channel_date = current_time()
    return again
