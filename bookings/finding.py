"""Clients found by a part of their name or phone, as somebody at the desk types it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.db.models import BigIntegerField, Q, Value
from django.db.models.functions import Coalesce

from bookings.models import Client
from bookings.models.search_keys import (
    MOST_FIGURES,
    PIECE,
    figures_of,
    keys_of_beginnings,
    keys_of_piece,
    words_of,
)
from botbackend.lib.phones import FORMER_TRUNK_8, dialled_in, e164_or_blank
from botbackend.lib.text import canonical
from botbackend.lib.transliteration import readings
from projects.models import Project

MOST_SORTED = 1000
MOST_LOOKED_AT = 500  # opened in search of those that are meant: the keys leave hardly another
_AT_ONCE = 50
_TYPED = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Asked:
    """What was typed: each word begins a word of the name, and the figures stand so in the phone.

    A word stands with the ways in which the other alphabet may write it: `koval` is Коваль as well.
    `numbers` are other readings of the figures, with which the phone begins: people write a number as they
    dial it at home. Any of them will do.
    """

    words: tuple[tuple[str, ...], ...] = ()
    figures: str = ""
    numbers: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        """Is this nothing that anybody could be found by?"""
        return not (self.words or self.figures)

    def means(self, client: Client) -> bool:
        """Is this client one of those who are meant?"""
        has = words_of(client.name) if self.words else []
        return all(any(word.startswith(forms) for word in has) for forms in self.words) and (
            not self.figures or self._is_phone(figures_of(client.phone))
        )

    def _is_phone(self, figures: str) -> bool:
        return self.figures in figures or any(figures.startswith(number) for number in self.numbers)


def find(*, salon: Project, text: str, limit: int) -> list[Client]:
    """Return the clients who are meant, those seen last first; `notes` are read only if somebody asks.

    Fewer than four figures are no part of a phone, but may be one of a name.
    """
    readings = [asked for asked in _readings(text, salon.home_country) if not asked.is_empty]
    if not readings:
        return []
    keys = reduce(or_, (_has_keys(salon.pk, asked) for asked in readings))
    # Of very many the newest: to sort all whose name begins with A would take a large salon too long.
    bounded = Client.objects.filter(keys, project=salon).order_by("-pk").values("pk")[:MOST_SORTED]
    rows = Client.objects.filter(pk__in=bounded)
    newest = rows.order_by(Coalesce("last_seen_at", "created_at").desc(), "-pk").defer("notes")
    found: list[Client] = []
    for start in range(0, MOST_LOOKED_AT, max(limit, _AT_ONCE)):
        batch = list(newest[start : start + max(limit, _AT_ONCE)])
        found += [client for client in batch if any(asked.means(client) for asked in readings)]
        if len(found) >= limit or len(batch) < max(limit, _AT_ONCE):
            break
    return found[:limit]


def _readings(text: str, country: str) -> Iterator[Asked]:
    """Yield what may be meant: figures are of the phone, or stand in the name (`Anna 2`)."""
    words = _forms_of(text.strip().removeprefix("tel:"))
    figures = "".join(forms[0] for forms in words if _is_number(forms[0]))
    if len(figures) >= PIECE:
        others = tuple(forms for forms in words if not _is_number(forms[0]))
        yield Asked(others, figures, _numbers(figures, text, country))
    yield Asked(words)


def _forms_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words in the form in which they are compared, each with those of the other alphabet."""
    words = words_of(text)
    typed = _TYPED.findall(canonical(text).casefold().replace("'", ""))
    if len(typed) != len(words):
        return tuple((word,) for word in words)
    others = [readings(word) if len(word) > 1 else [] for word in typed]
    return tuple(
        tuple(dict.fromkeys([word, *(form for one in others[at] for form in words_of(one)[:1])]))
        for at, word in enumerate(words)
    )


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _numbers(figures: str, text: str, country: str) -> frozenset[str]:
    """Return what a number is in E.164 that begins with these figures, as people of the country dial it."""
    code, trunk = dialled_in(country)
    found = {figures_of(e164_or_blank(figures, country=country) or e164_or_blank(text, country=country))}
    if figures.startswith("00"):
        found.add(figures[2:])
    at_home = [figures]
    if country in FORMER_TRUNK_8 and figures.startswith("8"):
        at_home.append(figures[1:])
        found.add(code + figures[1:])
    if trunk:
        dialled = [form.removeprefix(trunk) for form in at_home if form.startswith(trunk)]
        # Where it is 8, a 0 may follow that is no part of the number either: 8 029 in Belarus.
        found |= {code + form for one in dialled for form in {one, one.removeprefix("0")}}
    return frozenset(form[:MOST_FIGURES] for form in found if len(form) >= PIECE)


def _has_keys(project_id: int, asked: Asked) -> Q:
    """Return what the keys of everybody who is meant satisfy, and of hardly anybody else."""
    keys = [keys_of_beginnings(project_id, list(forms)) for forms in asked.words]
    named = reduce(and_, (Q(search_keys__overlap=_bound(one)) for one in keys), Q())
    if not asked.figures:
        return named
    forms = sorted({asked.figures[-MOST_FIGURES:], *asked.numbers})
    return named & reduce(or_, (_has_figures(project_id, form) for form in forms))


def _has_figures(project_id: int, figures: str) -> Q:
    pieces = {figures[at : at + PIECE] for at in range(len(figures) - PIECE + 1)}
    keys = [keys_of_piece(project_id, one) for one in sorted(pieces)]
    return reduce(and_, (Q(search_keys__overlap=_bound(one)) for one in keys))


def _bound(keys: list[int]) -> list[Value]:
    """Return the keys as what they are: Django binds bare numbers of an array's lookup as 32 bits, cut."""
    return [Value(key, output_field=BigIntegerField()) for key in keys]
