"""Reads a yes or a no to an open question, in four languages, Latin-typed and in signs."""

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Literal

from ai.language.given_names import latin_of, latin_words, same_name
from ai.language.text import fold_polish, normalise, strip_marks, to_latin
from ai.language.words import forms_of, named_phrases, phrases_of

Answer = Literal["yes", "no", "none"]
CardKind = Literal["", "book", "change", "cancel", "both"]  # "both": moves some visits and cancels others

_SIGNS = {
    **dict.fromkeys("👍👌✅☑✔🆗🤝💯🙌+➕＋", " yes "),
    **dict.fromkeys("👎❌🚫🙅✖⛔➖", " no "),
}
_LONE_H = re.compile(r"(?<![sczk])h")
_LONG = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_MORE = 4  # words beside a yes that is none of the plain ones
_AHEAD = 1  # words before a plain yes
_SHORT = 3  # words; so few that nobody explains are what the reader took them for
_TYPED = 3  # letters; shorter words mean something else on the other keyboard
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
    yes = _phrases((*phrases_of("YES"), *phrases_of("WHY_NOT"))) - no
    return {"yes": yes, "no": no, "filler": _phrases(phrases_of("FILLER")) - yes - no}


_TABLE = _table()
_PLAIN = _phrases((*phrases_of("PLAIN_YES"), *phrases_of("WHY_NOT")))
_DOUBT = _phrases(phrases_of("DOUBT"))
_NEGATIONS = frozenset(phrases_of("NEGATIONS"))
_ACTIONS = {kind: _phrases(phrases) for kind, phrases in named_phrases("DO").items()}
_CONDITIONS = _phrases(phrases_of("CONDITION"))
_TERMS = _phrases(phrases_of("OTHER_TERMS"))
_WHY_NOT = _phrases(phrases_of("WHY_NOT"))
_NOT = frozenset((*phrases_of("NEGATIONS"), *forms_of("NOT")))
_HALTS = frozenset(forms_of("NOT_A_YES"))
_BUT = frozenset(forms_of("BUT"))
_TALK = _phrases(phrase for name in ("greet", "thanks") for phrase in named_phrases("MENU_ALONE")[name])
_COMMON = frozenset(word for text in phrases_of("COMMON") for word in normalise(text).split())
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


def consents(text: str, kind: CardKind, *, names: Iterable[str] = (), cancels: bool = False) -> bool:
    """Tell whether words that a reader took for a yes to a card can be one, whatever else they say.

    They are none where they take it back, put it off, want it cheaper, or hold no sign of a yes. `names` are
    those on the card: a name alone is no yes. Figures and other names are not judged here. `cancels`: the
    same words cancel something else; from where they do, they take nothing of the card back.
    """
    if kind == "both" and read_answer(text, "book") == "no":
        return False  # "cancel it" may mean the card
    named = latin_words(names)
    clauses = _CLAUSES.findall(_without_why_not(text))
    parts = [(_words(part), part.endswith("?")) for clause in clauses for part in _at_but(clause)]
    judged = takewhile(lambda part: not _holds(part[0], _ACTIONS["cancel"]), parts) if cancels else parts
    if any(_takes_back(words, kind) for words, asks in judged if not asks):
        return False
    if any(_holds(words, _TERMS) and (not asks or _holds(words, _CONDITIONS)) for words, asks in parts):
        return False
    said = [_words(clause) for clause in clauses if not clause.endswith("?")]
    return any(_assents(words, kind, named) for words in said) or _is_brief(text, named)


def _without_why_not(text: str) -> str:
    """Return the text with "why not?" as what it is: no question."""
    whole = normalise(text)
    for phrase in map(normalise, phrases_of("WHY_NOT")):
        whole = whole.replace(f"{phrase}?", phrase)
    return whole


def _at_but(clause: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for word in clause.split():
        if word in _BUT:
            parts.append([])
        parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def _takes_back(words: list[str], kind: CardKind) -> bool:
    """Tell whether a clause refuses, halts or puts off. A "not" of something else does neither."""
    words = words[1:] if words and words[0] in _BUT else words
    at, only_answers = 0, True
    while at < len(words):
        size, meaning, phrase = _next(words, at, kind)
        if phrase in _WHY_NOT:
            at += size
            continue
        is_not = " ".join(phrase) in _NOT
        if meaning == "no" and not is_not and (size > 1 or only_answers):
            return True
        if is_not and not any(_says_more(words, place, kind) for place in range(at + size, len(words))):
            return True
        if not _is_negated(words, at) and (words[at] in _HALTS or _is_doubt(words, at)):
            return True
        only_answers = only_answers and meaning in ("yes", "filler", "no", "not")
        at += size
    return False


def _says_more(words: list[str], at: int, kind: CardKind) -> bool:
    return _next(words, at, kind)[1] in ("", "yes") and words[at] not in _NOT


def _is_negated(words: list[str], at: int) -> bool:
    return at > 0 and (words[at - 1] in _NOT or words[at - 1].endswith(("n't", "cant")))


def _assents(words: list[str], kind: CardKind, named: frozenset[str]) -> bool:
    """Tell whether a clause is a yes: a plain one near its beginning, another one with little beside it."""
    at, ahead, unknown, weak = 0, 0, 0, False
    while at < len(words):
        size, meaning, phrase = _next(words, at, kind)
        if meaning == "yes" and _is_plain(phrase, kind) and ahead <= _AHEAD:
            return True
        weak = weak or (meaning == "yes" and not ahead)
        known = bool(meaning) or phrase in _TALK or _is_known(words[at], named)
        ahead += not known
        unknown += not known
        at += size
    return weak and unknown <= _MORE


def _is_known(word: str, named: frozenset[str]) -> bool:
    return word[0].isdigit() or _is_named(word, named)


def _is_brief(text: str, named: frozenset[str]) -> bool:
    """Tell whether the whole text is so short, and in words of no table, that it can only be slang."""
    words = [word for word in _words(text) if not word[0].isdigit()]
    if not words or len(words) > _SHORT or re.search(r"[?.;:]\s*\w|\?", normalise(text)):
        return False
    if _holds(words, _TALK) or any(_meaning((word,), "") in ("no", "not") for word in words):
        return False
    return any(
        word not in _COMMON and not _meaning((word,), "") and not _is_named(word, named) for word in words
    )


def _holds(words: list[str], phrases: set[tuple[str, ...]]) -> bool:
    return any(
        tuple(words[at : at + size]) in phrases for at in range(len(words)) for size in range(1, _LONGEST)
    )


def _is_named(word: str, named: frozenset[str]) -> bool:
    return any(same_name(latin_of(word), name) for name in named)


def _is_plain(phrase: tuple[str, ...], kind: CardKind) -> bool:
    drawn = tuple(_DOUBLED.sub(r"\1", word) for word in phrase)
    typed = tuple(to_latin(word) for word in phrase)
    return not _PLAIN.isdisjoint((phrase, drawn, typed)) or phrase in _ACTIONS.get(kind, ())


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
    drawn = tuple(_DOUBLED.sub(r"\1", word) for word in phrase)  # "taak"
    for candidate in (phrase, folded, drawn):
        for name, phrases in _TABLE.items():
            if candidate in phrases:
                return name
        for action, phrases in _ACTIONS.items():
            if candidate in phrases:
                return _action_meaning(action, kind)
    typed = tuple(to_latin(word) for word in phrase)  # "йес"
    return "yes" if typed in _TABLE["yes"] and min(map(len, typed)) >= _TYPED else ""


def _action_meaning(action: str, kind: CardKind) -> str:
    if action == kind or (kind == "both" and action == "change"):
        return "yes"
    return "no" if action == "cancel" and kind in ("book", "change") else ""
