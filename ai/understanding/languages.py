"""In which language a reply is written."""

from ai.language.detect import detect_language, is_cyrillic, languages_of_word, words_of
from ai.turn.drafts import TurnContext
from ai.wording.voice import known_language

_SENTENCE = 4  # words; whoever writes fewer answers, and an answer has no language of its own
_TELLING = 2  # words of one language only: its neighbour in the same script shares the rest


def _changes_language(words: str, spoken: str) -> bool:
    """Say whether this is a whole sentence in another language than the dialogue is in."""
    said = words_of(words)
    if len(said) < _SENTENCE:
        return False
    seen = detect_language(words, spoken)
    if seen == spoken or {seen, spoken} != {"uk", "ru"} or not all(map(is_cyrillic, said)):
        return seen != spoken
    return sum(languages_of_word(word) == {seen} for word in dict.fromkeys(said)) >= _TELLING


def spoken_language(words: str, context_language: str, known: str) -> str:
    """Return the language of a burst before it is read: a short answer keeps that of the dialogue."""
    if context_language and not _changes_language(words, context_language):
        return known_language(context_language, known)
    return detect_language(words, known)


def reply_language(read: str, words: str, context: TurnContext) -> str:
    """Return the language of the turn. `read` is what the model took the client's words for.

    A dialogue that has a language keeps it through short answers and words borrowed from another one: only a
    whole sentence changes it.
    """
    known = context.dialogue.language
    if not known:
        return known_language(read, context.language)
    if not _changes_language(words, known):
        return known_language(known, context.language)
    seen = detect_language(words, known)
    return known_language(read if read == seen else known, context.language)
