"""The last questions of clients, asked again: what was said then beside what the tried prompt says now."""

from copy import copy
from typing import Any, get_args

from django.db.models import QuerySet
from django.utils import timezone

from ai.claude.client import Caller
from ai.facts.client import ClientFacts, read_facts
from ai.language.answers import CardKind, read_answer
from ai.models import Rehearsal, Turn
from ai.rehearsal.playing import as_json, briefing, context_of, play
from ai.turn.spoken import spoken
from dialogues.models import Dialogue, Message
from projects.models import Project

MOST = 10
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
            "new": None,
        }
        for turn, dialogue in turns.items()
    ]
    return [row for row in rows if _is_question(row["asked"])][:MOST]


def _is_question(words: str) -> bool:
    return bool(words.strip()) and all(read_answer(words, kind) == "none" for kind in get_args(CardKind))


def answer(rehearsal: Rehearsal, row: dict[str, Any], caller: Caller) -> None:
    """Answer one question as of now, with what is true of this client now. Raises ClaudeErrors."""
    dialogue = _dialogue(rehearsal.project, row["dialogue"])
    messages = list(Message.objects.filter(turn_id=row["turn"], direction=Message.Direction.IN))
    if dialogue is None or not messages:
        row["new"] = {"text": "", "notes": ["gone"], "usd": "0"}
        return
    context = context_of(
        project=rehearsal.project,
        dialogue=dialogue,
        client=dialogue.client,
        messages=[_as_of_now(message) for message in sorted(messages, key=lambda one: one.place)],
    )
    facts = read_facts(context, proposal=None)
    first = min(message.pk for message in messages)
    before = ClientFacts(
        visits=facts.visits,
        past=facts.past,
        proposal=None,
        lines=tuple(line for line in facts.lines if line.message_id < first),
        summary=facts.summary,
        dialogue=facts.dialogue,
    )
    played = play(context, salon=briefing(rehearsal.project, rehearsal), facts=before, caller=caller)
    row["new"] = as_json(spoken(context=played.context, draft=played.draft), played)


def _dialogue(project: Project, dialogue_id: int) -> Dialogue | None:
    """Read the talk; whatever card lies open in it is none of the question's."""
    rows: QuerySet[Dialogue] = Dialogue.objects.select_related("client").filter(project=project)
    dialogue = rows.filter(pk=dialogue_id).first()
    if dialogue is not None:
        dialogue.project, dialogue.awaits_answer_until = project, None
    return dialogue


def _as_of_now(message: Message) -> Message:
    again = copy(message)
    again.created_at = again.channel_date = timezone.now()
    return again
