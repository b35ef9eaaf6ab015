"""Words of the machinery that no client should read."""

from collections.abc import Iterator

from ai.guard.facts import Facts
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.guard.words import INNER_SIGNS, INNER_WORDS
from ai.language.mentions import Kind


def check_inner_words(segment: Segment, facts: Facts) -> Iterator[Violation]:
    """Find names of tools, data formats and prompts; what the salon itself writes is no secret."""
    folded = segment.folded
    for contact in segment.of(Kind.LINK, Kind.HANDLE, Kind.EMAIL):
        folded = folded.replace(contact.text.lower(), " ")
    for pattern, text in ((INNER_WORDS, folded), (INNER_SIGNS, _masked(segment, folded))):
        for found in pattern.finditer(text):
            if found[0].strip().lower() not in facts.salon_text:
                yield Violation("internal", f"“{found[0].strip()}” is an internal word; leave it out.")
                return


def _masked(segment: Segment, folded: str) -> str:
    """Keep the capital T of a machine's date, which small letters would hide."""
    return segment.text if "T" in segment.text and "-" in segment.text else folded
