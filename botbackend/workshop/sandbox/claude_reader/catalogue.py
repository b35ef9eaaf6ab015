"""Finding services and specialists in a text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..wire import Json
from .words import alike, latin, words

# One row per kind of service: the stems by which clients of four languages call it.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("стриж", "підстри", "подстри", "постри", "haircut", "cut", "trim", "strzyz", "strzyż", "podstrzy"),
    ("фарбув", "пофарб", "фарба", "окраш", "покрас", "крас", "color", "colour", "dye", "farbow", "koloryz"),
    ("манік", "маник", "manic", "manik", "manicur", "нігт", "ногт", "nail", "paznok"),
    ("педік", "педик", "pedic", "pedik"),
    ("масаж", "массаж", "massag", "masaz", "masaż"),
    ("бров", "brow", "brwi"),
    ("вії", "вій", "ресниц", "lash", "rzes", "rzęs"),
    ("уклад", "вклад", "styling", "stylizac", "blowdr", "modelow"),
    ("чистк", "чищен", "facial", "oczyszcz"),
    ("бород", "beard", "brod"),
    ("макіяж", "макияж", "makeup", "makij"),
    ("епіляц", "эпиляц", "депіл", "депил", "epila", "depil", "wax", "шугар"),
)
# Words that tell two services of one kind apart but name none by themselves.
QUALIFIERS: tuple[tuple[str, ...], ...] = (
    ("чолов", "муж", "men", "mens", "mesk", "męsk"),
    ("жіноч", "жен", "wom", "ladies", "damsk"),
    ("дит", "дет", "kid", "child", "dziec"),
    ("гель", "gel", "hybryd", "shellac", "шелак"),
)
NICKNAMES = {
    "ania": "anna", "maria": "mariia", "masha": "mariia", "lena": "elena", "olenka": "olena",
    "katia": "katerina", "olia": "olga", "ira": "irina", "natasha": "nataliia", "sasha": "oleksandra",
}  # fmt: skip
PAIRS = {"elena": "olena", "olena": "elena", "anna": "hanna", "hanna": "anna", "olga": "olha", "olha": "olga"}
ENDINGS = {
    "", "a", "i", "u", "o", "e", "ia", "iu", "ii", "ie", "oi", "oiu", "eiu", "ei", "em", "om", "am", "s",
    "k", "ka", "ku", "ki", "tsi", "ni", "owi", "ovi", "evi", "ego", "emu",
}  # fmt: skip


@dataclass(slots=True)
class _Match:
    service: Json
    tokens: frozenset[int]
    names: int
    extra: int


def find_services(text: str, services: list[Json]) -> list[int]:
    """The ids of the services named, in the order of the text; what could be two of them names none."""
    tokens = words(text)
    matches = [match for service in services if (match := _match(tokens, service))]
    matches.sort(key=lambda match: (-match.names, match.extra))
    claimed: set[int] = set()
    chosen: list[_Match] = []
    for match in matches:
        if match.tokens <= claimed:
            continue
        rivals = [
            m
            for m in matches
            if m.tokens == match.tokens and (m.names, m.extra) == (match.names, match.extra)
        ]
        claimed |= match.tokens
        if len(rivals) == 1:
            chosen.append(match)
    chosen.sort(key=lambda match: min(match.tokens))
    return [int(match.service["id"]) for match in chosen]


def _match(tokens: list[str], service: Json) -> _Match | None:
    names = words(str(service.get("name", "")))
    hit: set[int] = set()
    matched, core = 0, False
    for name in names:
        if len(name) < 3:
            continue
        positions = {index for index, token in enumerate(tokens) if same_thing(token, name)}
        if positions:
            matched += 1
            hit |= positions
            core = core or not _in_group(name, QUALIFIERS)
    if not core:
        return None
    return _Match(service, frozenset(hit), matched, len(names) - matched)


def same_thing(token: str, name: str) -> bool:
    """Whether a word of the text means a word of a service's name."""
    if len(token) < 3:
        return False
    if alike(token, name):
        return True
    return any(_starts(token, group) and _starts(name, group) for group in (*GROUPS, *QUALIFIERS))


def _starts(word: str, stems: tuple[str, ...]) -> bool:
    return word.startswith(stems) or latin(word).startswith(_latin_stems(stems))


@cache
def _latin_stems(stems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(latin(stem) for stem in stems if stem.isascii())


def _in_group(word: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    return any(_starts(word, group) for group in groups)


def find_specialist(text: str, specialists: list[Json]) -> int | None:
    """The id of the specialist named, in any case form or alphabet; None for none or several."""
    tokens = [latin(word) for word in words(text)]
    found = [person for person in specialists if any(_is_name(token, person) for token in tokens)]
    exact = [person for person in found if _first_name(person) in tokens]
    chosen = exact if len(exact) == 1 else found
    return int(chosen[0]["id"]) if len(chosen) == 1 else None


def _first_name(person: Json) -> str:
    names = words(str(person.get("name", "")))
    return latin(names[0]) if names else ""


def _is_name(token: str, person: Json) -> bool:
    name = _first_name(person)
    return _is_form(token, name) or (name in PAIRS and _is_form(token, PAIRS[name]))


def _is_form(token: str, name: str) -> bool:
    """Whether a word is a case form or a short form of a name, both in the rough spelling."""
    if len(name) < 2 or len(token) < 2:
        return False
    if token == name or NICKNAMES.get(token) == name:
        return True
    stem = name.rstrip("aeiou") if len(name) > 3 else name[:-1] if name[-1] in "aeiou" else name
    base = NICKNAMES.get(token.rstrip("aeiou") + "ia", "")
    if base and base == name:
        return True
    return len(stem) >= 2 and token.startswith(stem) and token[len(stem) :] in ENDINGS
