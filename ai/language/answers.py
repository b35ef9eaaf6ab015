"""Reads a yes or a no to an open question, in four languages, Latin-typed and in signs."""

import re
from collections.abc import Iterable
from typing import Literal

from ai.language.given_names import latin_of, latin_words, same_name
from ai.language.spelling import words_of
from ai.language.text import fold_polish, normalise, strip_marks, to_latin
from ai.language.words import forms_of, named_phrases, phrases_of

Answer = Literal["yes", "no", "none"]
CardKind = Literal["", "book", "change", "cancel"]

_SIGNS = {
    **dict.fromkeys("👍👌✅☑✔🆗🤝💯🙌+➕＋", " yes "),
    **dict.fromkeys("👎❌🚫🙅✖⛔➖", " no "),
}
_LONE_H = re.compile(r"(?<![sczk])h")
_LONG = re.compile(r"([^\W\d_])\1{2,}")
_MORE = 4  # words beside a plain yes
_MOST = 12  # words; whoever says so much says more than yes
_CLAUSES = re.compile(r"[^.,;:!?\n()…—–]+\??")


def _forms(phrase: str) -> set[str]:
    folded = normalise(phrase)
    latin = to_latin(folded)
    forms = {folded, folded.replace("'", ""), fold_polish(folded), latin}
    if len(latin) < 3 or latin == folded:
        return forms
    return forms | {latin.replace("y", "i"), latin.replace("y", "j"), _LONE_H.sub("kh", latin)}


def _phrases(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(form.split()) for phrase in phrases for form in _forms(phrase)}


def _table() -> dict[str, set[tuple[str, ...]]]:
    no = _phrases(phrases_of("NO"))
    yes = _phrases(phrases_of("YES")) - no
    return {"yes": yes, "no": no, "filler": _phrases(phrases_of("FILLER")) - yes - no}


_TABLE = _table()
_PLAIN = _phrases(phrases_of("PLAIN_YES"))
_DOUBT = _phrases(phrases_of("DOUBT"))
_NEGATIONS = frozenset(phrases_of("NEGATIONS"))
_ACTIONS = {kind: _phrases(phrases) for kind, phrases in named_phrases("DO").items()}
_REFUSING = frozenset(forms_of("NOT_A_YES")) | _NEGATIONS | {one[0] for one in _TABLE["no"] if len(one) == 1}
_LONGEST = 5


def read_answer(text: str, kind: CardKind = "") -> Answer:
    """Tell whether the text answers an open question with yes or no, and nothing else.

    Anything more than an answer ("yes, but at six", "yes?") is "none": it needs a closer look. `kind` is what
    the open proposal would do, so that "cancel it" is a yes to a cancellation and a no to a booking.
    """
    if "?" in normalise(text):
        return "none"
    found = _meanings(_words(text), kind)
    if found is None:
        return "none"
    found = ["no" if meaning == "not" else meaning for meaning in found]
    said = [meaning for meaning in found if meaning != "filler"]
    if not said or len(set(said)) > 1:
        return "none"
    return "yes" if said[0] == "yes" else "no"


def consents(text: str, kind: CardKind, *, names: Iterable[str] = (), is_explained: bool = False) -> bool:
    """Tell whether the words can be a yes to a card, though they may say more.

    A question, a refusal, a doubt or a condition makes them none. `names` are those on the card.
    `is_explained`: what is said besides was understood as something of its own (a question, a remark, another
    wish): then one clause that is a yes will do, if no other one is a no.
    """
    if is_explained:
        clauses = [clause for clause in _CLAUSES.findall(normalise(text)) if clause.strip()]
        answers = [read_answer(clause, kind) for clause in clauses]
        return "no" not in answers and any(_begins_with_yes(clause, kind) for clause in clauses)
    words = words_of(normalise(text))
    if "?" in normalise(text) or len(words) > _MOST or not _REFUSING.isdisjoint(words):
        return False
    return _agrees(text, kind, latin_words(names))


def _agrees(text: str, kind: CardKind, named: frozenset[str]) -> bool:
    """Tell whether the text says yes, maybe with thanks; a plain yes bears a few more words."""
    plain, weak, unknown, at = False, False, 0, 0
    words = _words(text)
    while at < len(words):
        size, meaning, phrase = _next(words, at, kind)
        if meaning in ("no", "not") or _is_doubt(words, at):
            return False
        plain = plain or (meaning == "yes" and _is_plain(phrase, kind))
        weak = weak or meaning == "yes"
        unknown += not (meaning or words[at].isdigit() or _is_named(words[at], named))
        at += size
    return (plain and unknown <= _MORE) or (weak and not unknown)


def _is_named(word: str, named: frozenset[str]) -> bool:
    return any(same_name(latin_of(word), name) for name in named)


def _begins_with_yes(clause: str, kind: CardKind) -> bool:
    """Tell whether a clause is a yes, or begins with a plain one and takes nothing of it back."""
    if read_answer(clause, kind) == "yes":
        return True
    words = _words(clause)
    if not words or not _REFUSING.isdisjoint(words_of(clause)):
        return False
    if any(_is_doubt(words, at) for at in range(len(words))):
        return False
    _, meaning, phrase = _next(words, 0, kind)
    return meaning == "yes" and _is_plain(phrase, kind)


def _is_plain(phrase: tuple[str, ...], kind: CardKind) -> bool:
    return phrase in _PLAIN or phrase in _ACTIONS.get(kind, ())


def _next(words: list[str], at: int, kind: CardKind) -> tuple[int, str, tuple[str, ...]]:
    for size in range(min(_LONGEST, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + size])
        meaning = _meaning(phrase, kind)
        if meaning:
            return size, meaning, phrase
    return 1, "", (words[at],)


def _is_doubt(words: list[str], at: int) -> bool:
    return any(tuple(words[at : at + size]) in _DOUBT for size in range(1, 4))


def _words(text: str) -> list[str]:
    signed = "".join(_SIGNS.get(char, char) for char in text)
    plain = strip_marks(_LONG.sub(r"\1", normalise(signed)))
    return [word for word in plain.replace("-", " ").split() if word != "'"]


def _meanings(words: list[str], kind: CardKind) -> list[str] | None:
    """Cut the words into phrases and name each; None when something else is said too."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            meaning = _meaning(tuple(words[at : at + size]), kind)
            if meaning and found and found[-1] == "not":
                meaning = "no" if meaning == "yes" else meaning
                found.pop()
            if meaning:
                found.append(meaning)
                at += size
                break
        else:
            return None
    return found


def _meaning(phrase: tuple[str, ...], kind: CardKind) -> str:
    """Return yes, no, filler, not (turns the next around) or ""."""
    if " ".join(phrase) in _NEGATIONS:
        return "not"
    folded = tuple(fold_polish(word) for word in phrase)
    for candidate in (phrase, folded):
        for name, phrases in _TABLE.items():
            if candidate in phrases:
                return name
        for action, phrases in _ACTIONS.items():
            if candidate in phrases:
                return _action_meaning(action, kind)
    return ""


def _action_meaning(action: str, kind: CardKind) -> str:
    if action == kind:
        return "yes"
    return "no" if action == "cancel" and kind in ("book", "change") else ""
