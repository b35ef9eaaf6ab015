"""Claims that a visit was made, moved or cancelled, or stands, when no row says so."""

import re
from collections.abc import Iterator

from ai.guard.claim_words import ABOUT_CLIENT, CHECK_MARKS, DONE, FUTURE, NOT_YET, PARTING, STANDS, TAKEN
from ai.guard.index import EvidenceIndex
from ai.guard.moments import days_of
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.language.numbers.mentions import Kind

_BEFORE = 30  # characters before a claim in which a "not" or "will be" turns it round
_MARKS = re.compile(r"^\W+")  # stars, dashes and signs before the first word


def check_claims(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """Find sentences that only a committed row may say; the receipt says them."""
    if index.evidence.receipts:
        return
    done = _first(DONE, segment)
    if done and not TAKEN.search(segment.bare) and not ABOUT_CLIENT.search(segment.bare):
        yield Violation(
            "claim",
            f"“{done}”: nothing was booked, moved or cancelled yet; the receipt will say so when it is.",
        )
        return
    stands = _first(STANDS, segment)
    if stands and not _is_a_visit(segment, index):
        yield Violation("booking", f"“{stands}”: the client has no such visit in the facts.")
        return
    if CHECK_MARKS.search(segment.text) and (segment.dated or segment.of(Kind.TIME)):
        yield Violation("claim", "A check mark beside a day or a time looks like a confirmed visit.")
        return
    parting = _first(PARTING, segment)
    if parting and (segment.dated or segment.of(Kind.TIME)) and not _is_a_visit(segment, index):
        yield Violation("claim", f"“{parting}” with a day or time sounds like a confirmed visit.")


def _first(pattern: re.Pattern[str], segment: Segment) -> str:
    if segment.supposes:
        return ""
    text = _MARKS.sub("", segment.bare)
    written = segment.folded[-len(text) :]
    for found in pattern.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if not NOT_YET.search(before) and not FUTURE.search(before):
            return written[found.start() : found.end()]
    return ""


def _is_a_visit(segment: Segment, index: EvidenceIndex) -> bool:
    """Tell whether the client has the visit that the sentence speaks of."""
    if not index.visits:
        return False
    times = [set(mention.minutes) for mention in segment.of(Kind.TIME)]
    days = [days_of(mention, index) for mention in segment.dated]
    fitting = [
        (day, minute)
        for day, minute in index.visits
        if (not times or any(minute in minutes for minutes in times))
        and (not days or any(day in named for named in days))
    ]
    return bool(fitting)
