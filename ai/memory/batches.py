"""Compression by Message Batches: half the price, results within a day. Same requests, same storing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import anthropic
from django.utils import timezone

from ai.claude import key_pool, pricing
from ai.claude.client import read_message
from ai.claude.models import knobs
from ai.claude.transport import client
from ai.memory.compression import IDLE, NoSummary, Range, compress_request, fast_model, parse, range_of, store
from ai.models import CompressionBatch, PromptVersion
from ai.prompts.schemas import SUMMARY, output_format
from ai.prompts.versions import prompts_in_force
from botbackend.outbox.claims import network
from dialogues.models import Dialogue, Message

SECONDS = 60.0
LARGEST = 5000  # requests of one batch


@dataclass
class Submission:
    """What was handed in."""

    submitted: int = 0
    skipped: int = 0
    batches: int = 0

    def line(self) -> str:
        """Return the summary line of the command."""
        return f"submitted={self.submitted} skipped={self.skipped} batches={self.batches}"


def submit(ids: Sequence[int], *, idle: timedelta = IDLE) -> Submission:
    """Hand in the dialogues, one batch per key; those that cannot be summarised now are skipped."""
    done = Submission()
    waiting = _handed_in()
    requests: dict[str, list[dict[str, Any]]] = {}
    ranges: dict[str, dict[str, list[Any]]] = {}
    for dialogue_id in ids:
        try:
            part = range_of(dialogue_id, idle=idle)
        except NoSummary:
            done.skipped += 1
            continue
        if dialogue_id in waiting:
            done.skipped += 1
            continue
        key = key_pool.choose(part.dialogue.project.slug)
        custom_id, request, place = _entry(part)
        requests.setdefault(key.fingerprint, []).append(request)
        ranges.setdefault(key.fingerprint, {})[custom_id] = place
        done.submitted += 1
    for mark, entries in requests.items():
        _hand_in(mark, entries, ranges[mark])
        done.batches += 1
    return done


def _handed_in() -> set[int]:
    """Dialogues that a batch under way already covers: asked twice they would be paid twice."""
    open_batches = CompressionBatch.objects.filter(is_done=False)
    return {place[0] for batch in open_batches for place in batch.ranges.values()}


def _entry(part: Range) -> tuple[str, dict[str, Any], list[Any]]:
    project = part.dialogue.project
    prompt = prompts_in_force(project=project)[PromptVersion.Name.COMPRESSION]
    model = fast_model(project)
    custom_id = f"d{part.dialogue.pk}-{part.first_id}-{part.last_id}"
    params = {"model": model} | compress_request(part, prompt) | knobs(model, output_format(SUMMARY))
    return (
        custom_id,
        {"custom_id": custom_id, "params": params},
        [
            part.dialogue.pk,
            part.first_id,
            part.last_id,
            prompt.label,
        ],
    )


def _hand_in(mark: str, entries: list[dict[str, Any]], ranges: dict[str, list[Any]]) -> None:
    for first in range(0, len(entries), LARGEST):
        part = entries[first : first + LARGEST]
        with network():
            batch = client(_secret(mark), SECONDS).messages.batches.create(requests=part)  # type: ignore[arg-type]  # the SDK's TypedDicts, as JSON
        names = {entry["custom_id"] for entry in part}
        CompressionBatch.objects.create(
            batch_id=batch.id,
            key_fingerprint=mark,
            ranges={name: place for name, place in ranges.items() if name in names},
        )


def _secret(mark: str) -> str:
    found = next((key for key in key_pool.known() if key.fingerprint == mark), None)
    if found is None:
        raise NoSummary("the key of this batch is gone")
    return found.secret


def collect() -> int:
    """Fetch the results of batches that ended and store them; returns how many summaries were written."""
    written = 0
    for batch in CompressionBatch.objects.filter(is_done=False).order_by("pk"):
        try:
            written += _collect(batch)
        except NoSummary:
            CompressionBatch.objects.filter(pk=batch.pk).update(is_done=True)
        except anthropic.APIError:
            if batch.created_at < timezone.now() - timedelta(days=2):
                CompressionBatch.objects.filter(pk=batch.pk).update(is_done=True)
    return written


def _collect(batch: CompressionBatch) -> int:
    api = client(_secret(batch.key_fingerprint), SECONDS).messages.batches
    with network():
        ended = api.retrieve(batch.batch_id).processing_status == "ended"
    if not ended:
        return 0
    written = 0
    for result in api.results(batch.batch_id):
        place = batch.ranges.get(result.custom_id)
        if place is not None and result.result.type == "succeeded":
            written += _store(place, result.result.message, batch.created_at)
    CompressionBatch.objects.filter(pk=batch.pk).update(is_done=True)
    api.delete(batch.batch_id)  # the service would keep the answers for a month
    return written


def _store(place: Sequence[Any], message: Any, at: datetime) -> int:
    """Write one summary; a range that changed meanwhile, or a useless answer, leaves its rows as they are."""
    dialogue_id, first, last, prompt = place
    dialogue = Dialogue.objects.select_related("project").filter(pk=dialogue_id).first()
    if dialogue is None:
        return 0
    rows = Message.objects.filter(dialogue_id=dialogue_id, pk__range=(first, last), is_archived=False)
    part = Range(dialogue, tuple(rows.order_by("pk")), None)
    text, usage, stop_reason = read_message(message)
    cost = pricing.cost(str(message.model), usage, batch=True, at=at)
    try:
        if stop_reason != "end_turn" or not part.messages or (part.first_id, part.last_id) != (first, last):
            return 0
        store(part, parse(text), prompt=prompt, cost=cost, tokens=usage.input_tokens + usage.output_tokens)
    except NoSummary:
        return 0
    return 1
