"""Old talk becomes a structured summary. The rows stay, archived; a failure leaves them as they were."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai.claude import budget
from ai.claude.client import Caller, Reply
from ai.claude.errors import ClaudeError
from ai.claude.models import knobs
from ai.facts.requests import HOUR_CACHE
from ai.facts.salon import dump
from ai.models import PromptVersion, Summary, assistant_of
from ai.prompts.schemas import SUMMARY, output_format
from ai.prompts.versions import Prompt, prompts_in_force, rules_text
from dialogues import lanes
from dialogues.models import Dialogue, Message
from dialogues.selectors import describe, in_spoken_order
from projects.models import Project

IDLE = timedelta(hours=24)
LONG_TALK = 160  # unarchived messages from which a talk is shortened although it goes on
KEPT_TAIL = 30
MOST_MESSAGES = 400  # of one summary; what is left comes in the next
MAX_TOKENS = 4000
SECONDS = 60.0
_MOVING = (Message.State.QUEUED, Message.State.SENDING)


class SummaryForm(BaseModel):
    """The model's answer, bounded: a summary that grows for ever is none."""

    model_config = ConfigDict(extra="forbid")

    summary: str = Field(min_length=1, max_length=4000)
    language: str = Field(max_length=16)
    preferences: list[str] = Field(max_length=30)
    notes: list[str] = Field(max_length=30)
    open_questions: list[str] = Field(max_length=30)
    promises: list[str] = Field(max_length=30)
    last_outcome: str = Field(max_length=1000)


@dataclass(frozen=True)
class Range:
    """The messages of a dialogue that one summary will cover, oldest first, and the summary before."""

    dialogue: Dialogue
    messages: tuple[Message, ...]
    earlier: dict[str, Any] | None

    @property
    def first_id(self) -> int:
        return min(message.pk for message in self.messages)

    @property
    def last_id(self) -> int:
        return max(message.pk for message in self.messages)


@dataclass
class Tally:
    """What a run did."""

    compressed: int = 0
    skipped: int = 0
    failed: int = 0
    messages: int = 0
    cost_usd: Decimal = Decimal(0)

    def line(self) -> str:
        """Return the summary line of the command."""
        return (
            f"compressed={self.compressed} skipped={self.skipped} failed={self.failed} "
            f"messages={self.messages} cost_usd={self.cost_usd:.6f}"
        )


class NoSummary(Exception):
    """The dialogue keeps its messages; the argument says why, in one word."""


def due_dialogues(*, project: Project | None = None, idle: timedelta = IDLE) -> list[int]:
    """Return the ids of dialogues to compress: quiet for long enough, or grown too long."""
    live = Message.objects.filter(dialogue=OuterRef("pk"), is_archived=False)
    waiting = Message.objects.filter(
        dialogue=OuterRef("pk"),
        direction=Message.Direction.IN,
        state=Message.State.RECEIVED,
        turn_id__isnull=True,
    )
    found = Dialogue.objects.filter(~Exists(waiting), project__is_active=True)
    if project is not None:
        found = found.filter(project=project)
    quiet = found.filter(Exists(live), last_message_at__lte=timezone.now() - idle)
    long = found.annotate(live=Count("messages", filter=Q(messages__is_archived=False))).filter(
        live__gte=LONG_TALK
    )
    ids = [*quiet.values_list("pk", flat=True), *long.values_list("pk", flat=True)]
    return list(dict.fromkeys(ids))


def range_of(dialogue_id: int, *, idle: timedelta = IDLE) -> Range:
    """Return what to summarise now. Raises NoSummary: unanswered, moving, or nothing there."""
    dialogue = Dialogue.objects.select_related("project", "client").get(pk=dialogue_id)
    if lanes.unanswered(dialogue_id).exists():
        raise NoSummary("unanswered")
    messages = list(Message.objects.filter(dialogue=dialogue, is_archived=False).order_by("pk"))
    if any(message.state in _MOVING for message in messages):
        raise NoSummary("undelivered")
    is_quiet = dialogue.last_message_at is None or dialogue.last_message_at <= timezone.now() - idle
    covered = messages if is_quiet else messages[:-KEPT_TAIL]
    if not covered:
        raise NoSummary("nothing to compress")
    earlier = Summary.objects.filter(dialogue=dialogue).order_by("-last_message_id").first()
    return Range(dialogue, tuple(covered[:MOST_MESSAGES]), earlier.content if earlier else None)


def compress_request(part: Range, prompt: Prompt) -> dict[str, Any]:
    """Return the request without what depends on the model; the talk goes in as data."""
    talk = {
        "earlier_summary": part.earlier,
        "messages": [
            {
                "from": message.author,
                "at": message.created_at.isoformat(timespec="minutes"),
                "text": describe(message),
            }
            for message in in_spoken_order(list(part.messages))
            if message.state != Message.State.FAILED and describe(message)
        ],
    }
    return {
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": rules_text("compress"), "cache_control": HOUR_CACHE},
            {"type": "text", "text": prompt.text, "cache_control": HOUR_CACHE},
        ],
        "messages": [{"role": "user", "content": [{"type": "text", "text": dump(talk)}]}],
    }


def parse(text: str) -> dict[str, Any]:
    """Return the checked form. Raises NoSummary for anything that is none."""
    try:
        return SummaryForm.model_validate(json.loads(text)).model_dump()
    except (ValueError, ValidationError, RecursionError) as error:
        raise NoSummary("no usable summary") from error


def fast_model(project: Project) -> str:
    """Return the model that summarises."""
    return assistant_of(project).model_fast or settings.CLAUDE_MODEL_FAST


def compress(dialogue_id: int, *, idle: timedelta = IDLE) -> tuple[int, Decimal]:
    """Summarise what is due of one dialogue; returns how many messages it covers and what it cost.

    Raises NoSummary or a ClaudeError; the rows are then as they were.
    """
    part = range_of(dialogue_id, idle=idle)
    project = part.dialogue.project
    if budget.is_spent(project=project):
        raise NoSummary("budget spent")
    prompt = prompts_in_force(project=project)[PromptVersion.Name.COMPRESSION]
    caller = Caller(project=project.slug, seconds=SECONDS)
    try:
        content = _ask(caller, project, compress_request(part, prompt))
        tokens = sum(call.usage.input_tokens + call.usage.output_tokens for call in caller.calls)
        store(part, content, prompt=prompt.label, cost=caller.cost_usd, tokens=tokens)
    finally:
        budget.spent_more(project=project, cost=caller.cost_usd)
    return len(part.messages), caller.cost_usd


def _ask(caller: Caller, project: Project, request: dict[str, Any]) -> dict[str, Any]:
    """Ask the fast model, and the main one where that refuses or answers uselessly."""
    trouble: Exception = NoSummary("no answer")
    for model in dict.fromkeys(
        (fast_model(project), assistant_of(project).model_main or settings.CLAUDE_MODEL_MAIN)
    ):
        try:
            return parse(_text(caller.ask("compress", model, request | knobs(model, output_format(SUMMARY)))))
        except NoSummary as error:
            trouble = error
    raise trouble


def _text(reply: Reply) -> str:
    if reply.stop_reason not in ("end_turn", "stop_sequence"):
        raise NoSummary(reply.stop_reason)
    return reply.text


def store(part: Range, content: dict[str, Any], *, prompt: str, cost: Decimal, tokens: int) -> None:
    """Write the summary and archive what it covers, with the lane's row locked.

    A message that came meanwhile is not in the range and stays. Raises NoSummary when the range itself is no
    longer as it was read: somebody else was faster.
    """
    ids = [message.pk for message in part.messages]
    with transaction.atomic():
        dialogue = lanes.lock(part.dialogue.pk)
        live = Message.objects.filter(pk__in=ids, dialogue=dialogue, is_archived=False)
        if live.count() != len(ids):
            raise NoSummary("changed meanwhile")
        Summary.objects.create(
            project=dialogue.project,
            dialogue=dialogue,
            first_message_id=part.first_id,
            last_message_id=part.last_id,
            content=content,
            prompt_version=prompt,
            cost_usd=cost,
            tokens=tokens,
        )
        live.update(is_archived=True)
        if not Message.objects.filter(dialogue=dialogue, is_archived=False).exists():
            Dialogue.objects.filter(pk=dialogue.pk).update(is_archived=True)


def run(ids: Sequence[int], *, idle: timedelta = IDLE, at_once: int = 1) -> Iterator[Tally]:
    """Compress the dialogues, so many side by side; yields the tally so far after each.

    With many salons a night is too short for one after the other: Claude is waited for most of the time.
    """
    tally = Tally()
    if at_once == 1:
        for dialogue_id in ids:
            yield _counted(tally, partial(compress, dialogue_id, idle=idle))
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="compress") as pool:
        under_way: deque[Future[tuple[int, Decimal]]] = deque()
        for dialogue_id in ids:
            under_way.append(pool.submit(_alone, dialogue_id, idle))
            if len(under_way) > at_once:  # no more than are worked at: who stops stops soon
                yield _counted(tally, under_way.popleft().result)
        while under_way:
            yield _counted(tally, under_way.popleft().result)


def _alone(dialogue_id: int, idle: timedelta) -> tuple[int, Decimal]:
    try:
        return compress(dialogue_id, idle=idle)
    finally:
        connections.close_all()


def _counted(tally: Tally, result: Callable[[], tuple[int, Decimal]]) -> Tally:
    try:
        messages, cost = result()
        tally.compressed += 1
        tally.messages += messages
        tally.cost_usd += cost
    except NoSummary as reason:
        if str(reason) in _HARMLESS:
            tally.skipped += 1
        else:
            tally.failed += 1
    except ClaudeError:
        tally.failed += 1
    return tally


_HARMLESS = {"unanswered", "undelivered", "nothing to compress", "changed meanwhile", "budget spent"}
