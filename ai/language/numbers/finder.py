"""Finds every number, time, date, amount and contact in a text in any of the four languages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ai.language.contacts import find_contacts
from ai.language.numbers.amount_rules import AMOUNT_RULES
from ai.language.numbers.clock_rules import CLOCK_RULES, LISTED_HOUR
from ai.language.numbers.day_rules import DAY_RULES
from ai.language.numbers.matching import Match, Rule, first_classes
from ai.language.numbers.mentions import Kind, Mention
from ai.language.numbers.spelled import Token
from ai.language.numbers.tokens import tokenise
from ai.language.text import normalise
from botbackend.lib.text import readable

_RULES = [*CLOCK_RULES, *DAY_RULES, *AMOUNT_RULES]
# After these words a number that follows a listed hour is no hour: "о 10, 2 години".
_UNITS = {"HOURSW", "MINW", "DAYW", "WEEKW", "CUR", "PCT", "MONTH", "THOUSAND", "NUMDAY", "CARD"}


def _index() -> dict[str, list[Rule]]:
    index: dict[str, list[Rule]] = defaultdict(list)
    for rule in _RULES:
        for name in first_classes(rule):
            index[name].append(rule)
    return index


_BY_CLASS = _index()
_ORDER = {id(rule): place for place, rule in enumerate(_RULES)}


@lru_cache(maxsize=1024)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """Return everything numeric that the text names, in order, with the text of each.

    A phrase that names two things (a range, several days of one month) gives two mentions of one place. Places
    are those of the readable text.
    """
    text = readable(text)
    folded = normalise(text)
    contacts = find_contacts(folded)
    masked = folded
    for contact in contacts:
        masked = masked[: contact.start] + "\n" * (contact.end - contact.start) + masked[contact.end :]
    found = [*contacts, *_scan(tokenise(masked))]
    found.sort(key=lambda mention: (mention.start, mention.end))
    return tuple(replace(mention, text=text[mention.start : mention.end]) for mention in found)


def _scan(tokens: Sequence[Token]) -> list[Mention]:
    found: list[Mention] = []
    at, after_time = 0, False
    while at < len(tokens):
        size, mentions = _longest(tokens, at)
        if after_time and size <= 1:
            size, mentions = _listed(tokens, at) or (size, mentions)
        found.extend(mentions)
        after_time = bool(mentions) and mentions[-1].kind == Kind.TIME
        at += size or 1
    return found


@lru_cache(maxsize=1024)
def _rules_for(names: frozenset[str]) -> list[Rule]:
    rules = {id(rule): rule for name in names for rule in _BY_CLASS.get(name, ())}
    return sorted(rules.values(), key=lambda rule: _ORDER[id(rule)])


def _longest(tokens: Sequence[Token], at: int) -> tuple[int, Sequence[Mention]]:
    best: tuple[int, Sequence[Mention]] = (0, ())
    if not tokens[at].classes:
        return best
    for rule in _rules_for(frozenset(tokens[at].classes)):
        match = rule.match(tokens, at)
        if match is None:
            continue
        size = sum(token is not None for token in match.tokens)
        if size > best[0] and (mentions := rule.build(match)):
            best = size, mentions
    return best


def _listed(tokens: Sequence[Token], at: int) -> tuple[int, Sequence[Mention]] | None:
    """Read "12" and "15" of "о 10, 12 і 15" as hours too."""
    if not {"COMMA", "CONJ"} & tokens[at].classes.keys():
        return None
    match: Match | None = LISTED_HOUR.match(tokens, at)
    if match is None:
        return None
    size = sum(token is not None for token in match.tokens)
    after = tokens[at + size].classes.keys() if at + size < len(tokens) else set()
    return None if _UNITS & after else (size, LISTED_HOUR.build(match))
