"""The check by the fast model: what nothing backs in a draft, and whether it says that something is done."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ai.guard.violations import Violation
from ai.language.detect import words_of
from ai.language.words import phrases_of
from ai.prompts.schemas import BOOLEAN, STRING, described, listed, record
from ai.prompts.versions import rules_text
from ai.references.book import SIGN, Filled
from botbackend.lib.text import comparable

SCHEMA = record(
    unsupported=listed(
        record(quote=described(STRING, "Word for word from the draft"), why=described(STRING, "One sentence"))
    ),
    says_done=described(BOOLEAN, "The draft says that a visit was booked, moved or cancelled just now"),
)
_MOST = 8


@dataclass(frozen=True)
class Unsupported:
    """A statement of the draft, word for word, and what is wrong with it."""

    quote: str
    why: str


@dataclass(frozen=True)
class Backing:
    """What the check found."""

    unsupported: tuple[Unsupported, ...] = ()
    says_done: bool = False

    def violations(self) -> list[Violation]:
        """Return it as the reasons of a corrective retry."""
        return [Violation("unsupported", f"“{one.quote}”: {one.why}") for one in self.unsupported]


def check_message(
    *,
    facts: Mapping[str, Any],
    notes: Sequence[Mapping[str, Any]],
    client_words: Sequence[str],
    done: Sequence[str],
    language: str,
    draft: str,
) -> str:
    """Return the last user message of the check. All that others wrote stands in one JSON value."""
    known = {
        "facts": facts,
        "notes": list(notes),
        "done_in_this_turn": list(done),
        "client_wrote": list(client_words),
        "language": language,
        "draft": draft,
    }
    return f"{json.dumps(known, ensure_ascii=False, separators=(',', ':'))}\n\n{rules_text('check')}"


def read_check(answer: object, *, draft: str) -> Backing | None:
    """Return what the check found; None if it is no answer. What the draft does not hold is dropped."""
    found = _parsed(answer) if isinstance(answer, str) else answer
    if not isinstance(found, Mapping) or not isinstance(found.get("unsupported"), list):
        return None
    said = f" {comparable(draft)} "
    entries = [one for one in found["unsupported"] if isinstance(one, Mapping)]
    read = [(str(one.get("quote") or "").strip(), str(one.get("why") or "").strip()) for one in entries]
    kept = [Unsupported(quote, why or "nothing backs it") for quote, why in read if _stands(quote, said)]
    return Backing(tuple(dict.fromkeys(kept))[:_MOST], found.get("says_done") is True)


def needs_check(filled: Filled, *, by_code: bool = False) -> bool:
    """Tell whether a draft has to be checked: not what code wrote, nor one question made of references."""
    plain = filled.plain.strip()
    if by_code or not plain:
        return False
    one_question = plain.endswith("?") and not re.search(r"[.!?…\n;:]", plain[:-1])
    return not (one_question and SIGN in plain and set(words_of(plain)) <= _ASKING)


def _asking() -> frozenset[str]:
    """Return words that state nothing: the commonest ones of the four languages, and those of asking."""
    own = "зручно зручніше удобно удобнее suits pasuje odpowiada umówić panią pana"
    return frozenset(word for text in [own, *phrases_of("COMMON")] for word in words_of(text))


_ASKING = _asking()


def _stands(quote: str, said: str) -> bool:
    words = comparable(quote.strip(" .…\"'«»“”"))
    return bool(words) and words in said


def _parsed(answer: str) -> object:
    begin, end = answer.find("{"), answer.rfind("}")
    try:
        return json.loads(answer[begin : end + 1])
    except (ValueError, RecursionError):
        return None
