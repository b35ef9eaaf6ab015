"""Instructions and machinery in a draft, and a reply in another alphabet than its own."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ai.guard.violations import Violation
from ai.language.detect import is_cyrillic, words_of
from ai.language.text import normalise

_RUN = 6  # words in a row that nobody takes from an instruction by chance
_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"```|</?[a-z_]+>|\{\s*\"|\"\w+\"\s*:|\[\s*\]|\b[a-z]+_[a-z_]+\b")
_NAMES = re.compile(
    r"\b(?:json|claude|anthropic|chatgpt|openai|llm|traceback|(?:system )?prompt|промпт\w*)\b"
)
_STRANGE = 3


def find_leaks(plain: str, *, secrets: Sequence[str], quotable: Sequence[str] = ()) -> list[Violation]:
    """Return sentences of the instructions and signs of machinery; what others wrote is no secret."""
    words, found = _WORD.findall(normalise(plain)), []
    runs = {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    if any(runs & _runs(text) for text in secrets):
        found.append(
            Violation("internal", "This repeats your instructions; write only the message to the client.")
        )
    known = normalise("\n".join(quotable))
    for pattern in (_SIGNS, _NAMES):
        inner = next((one[0] for one in pattern.finditer(normalise(plain)) if one[0] not in known), "")
        if inner:
            found.append(Violation("internal", f"“{inner}” belongs to the machinery; leave it out."))
    return found


def find_mixture(plain: str, *, language: str, names: Iterable[str]) -> list[Violation]:
    """Return a violation if most words are in another alphabet than the language has, names aside."""
    named = {word for name in names for word in words_of(name)}
    words = [word for word in words_of(plain) if word not in named and len(word) > 1]
    strange = sum(is_cyrillic(word) != (language in ("uk", "ru")) for word in words)
    wrong = Violation("language", f"Write the message in its language ({language}).")
    return [wrong] if strange >= _STRANGE and strange > len(words) / 2 else []


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(normalise(text))
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
