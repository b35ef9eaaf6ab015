"""One language in one reply, names of services and people aside."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ai.guard.index import EvidenceIndex
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.language.detect import is_cyrillic, languages_of_word, words_of
from ai.language.text import normalise

_SCRIPTS = {"uk": True, "ru": True, "en": False, "pl": False}
_CYRILLIC_RUN, _LATIN_RUN, _STRAY = 2, 3, 2
_COMMON_EVERYWHERE = {
    "ok",
    "spa",
    "sms",
    "pdf",
    "wi",
    "fi",
    "wifi",
    "instagram",
    "telegram",
    "viber",
    "whatsapp",
    "google",
}


def check_language(pieces: Sequence[Segment], index: EvidenceIndex) -> Iterator[Violation]:
    """Find words of another language or script than the reply's own."""
    language = index.evidence.language
    if language not in _SCRIPTS:
        return
    named = {word for name in index.evidence.names for word in words_of(name)} | _COMMON_EVERYWHERE
    marks: Counter[str] = Counter()
    for piece in pieces:
        words = [word for word in words_of(_without_names(piece, index)) if word not in named]
        if _foreign_script(words, index, cyrillic=_SCRIPTS[language]):
            yield _mixed(language, piece.text)
            return
        here = Counter(one for word in words if len(found := languages_of_word(word)) == 1 for one in found)
        marks.update(here)
        strange = {one: count for one, count in here.items() if one != language}
        if any(count >= _STRAY and count > here[language] for count in strange.values()):
            yield _mixed(language, piece.text)
            return
    other = sum(count for one, count in marks.items() if one != language)
    if other >= _STRAY and other > marks[language]:
        yield _mixed(language, pieces[0].text)


def _without_names(piece: Segment, index: EvidenceIndex) -> str:
    text = normalise(piece.text)
    for name in sorted(index.evidence.names, key=len, reverse=True):
        text = text.replace(normalise(name), " ")
    return text


def _foreign_script(words: Sequence[str], index: EvidenceIndex, *, cyrillic: bool) -> bool:
    run, longest = 0, 0
    known = f"{index.salon_text}\n{index.client_text}" if cyrillic else index.salon_text
    for word in words:
        foreign = len(word) > 1 and is_cyrillic(word) != cyrillic and word not in known
        run = run + 1 if foreign else 0
        longest = max(longest, run)
    return longest >= (_LATIN_RUN if cyrillic else _CYRILLIC_RUN)


def _mixed(language: str, text: str) -> Violation:
    return Violation("language", f"Write in one language only ({language}); this is not: “{text[:80]}”.")
