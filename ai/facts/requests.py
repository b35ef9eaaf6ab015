"""How a request keeps talk, client's words and facts apart, so that no client can imitate a fact."""

from collections.abc import Iterable, Sequence
from typing import Any

from ai.claude.models import takes_system_messages
from ai.facts.client import ClientFacts
from ai.facts.salon import dump
from dialogues.models import Message

Block = dict[str, Any]
HOUR_CACHE = {"type": "ephemeral", "ttl": "1h"}
_BEGINNING = "[the chat begins]"


def with_facts(
    model: str, facts: ClientFacts, words: Sequence[Block], known: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the messages of a request: the talk before, `words` of the client, and what the server knows.

    Models that take system messages get the facts as one, after the client's words; others before them.
    """
    block = {"type": "text", "text": dump(known)}
    if takes_system_messages(model):
        return [*with_last(conversation(facts), words), {"role": "system", "content": [block]}]
    return with_last(conversation(facts), [block, *words])


def conversation(facts: ClientFacts) -> list[dict[str, Any]]:
    """Return the history as alternating text messages; the client's side comes first, as the API wants it."""
    turns: list[tuple[str, list[str]]] = []
    for line in facts.lines:
        if not line.text.strip():
            continue
        role = "user" if line.author == Message.Author.CLIENT else "assistant"
        if turns and turns[-1][0] == role:
            turns[-1][1].append(line.text)
        else:
            turns.append((role, [line.text]))
    if turns and turns[0][0] == "assistant":
        turns.insert(0, ("user", [_BEGINNING]))
    return [{"role": role, "content": [{"type": "text", "text": "\n".join(texts)}]} for role, texts in turns]


def with_last(messages: list[dict[str, Any]], blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Append blocks as the client's message, joined to what stands last, if that is not the model's.

    What follows the facts of a system message is ours: it joins them.
    """
    if messages and messages[-1]["role"] != "assistant":
        last = {**messages[-1], "content": [*messages[-1]["content"], *blocks]}
        return [*messages[:-1], last]
    return [*messages, {"role": "user", "content": list(blocks)}]
