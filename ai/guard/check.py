"""Everything that is wrong with a draft, in one list."""

from collections.abc import Iterator

from ai.guard.claims import check_claims
from ai.guard.contacts import check_contacts
from ai.guard.index import EvidenceIndex
from ai.guard.inner import check_inner_words, check_quotes
from ai.guard.mixture import check_language
from ai.guard.moments import check_moments
from ai.guard.money import check_money
from ai.guard.people import check_people
from ai.guard.segments import segments
from ai.guard.violations import Violation
from ai.turn.drafts import Evidence
from botbackend.lib.text import rejoined

_MOST = 12  # reasons are read by a model; more of them would not help it


def check(*, text: str, evidence: Evidence) -> list[Violation]:
    """Return what in the draft is not covered by the evidence; an empty list means it may be said. Pure."""
    index = EvidenceIndex(evidence)
    return list(dict.fromkeys(_all(text, index)))[:_MOST]


def _all(text: str, index: EvidenceIndex) -> Iterator[Violation]:
    pieces = segments(text)
    for segment in pieces:
        yield from check_claims(segment, index)
        yield from check_moments(segment, index)
        yield from check_money(segment, index)
        yield from check_contacts(segment, index)
        yield from check_inner_words(segment, index)
        yield from check_quotes(segment, index)
        yield from check_people(segment, index)
    for words in rejoined(text):
        for segment in segments(words):
            yield from check_claims(segment, index)
    yield from check_language(pieces, index)
