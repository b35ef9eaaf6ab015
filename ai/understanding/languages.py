"""In which language a reply is written."""

from ai.language.detect import detect_language
from ai.turn.drafts import TurnContext
from ai.wording.voice import known_language

_SENTENCE = 4  # words; whoever writes fewer answers, and an answer has no language of its own


def spoken_language(words: str, context_language: str, known: str) -> str:
    """Return the language of a burst before it is read: a short answer keeps that of the dialogue."""
    if context_language and len(words.split()) < _SENTENCE:
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
    if len(words.split()) < _SENTENCE:
        return known_language(known, context.language)
    seen = detect_language(words, known)
    return known_language(read if read == seen else known, context.language)
