"""Phone numbers, links, handles and mail addresses."""

from collections.abc import Iterator

from ai.guard.index import EvidenceIndex
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.language.numbers.mentions import Kind

_NAMES = {Kind.PHONE: "phone number", Kind.LINK: "link", Kind.HANDLE: "account", Kind.EMAIL: "mail address"}


def check_contacts(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """Find contacts that neither the salon's texts nor the client named."""
    for mention in segment.of(*_NAMES):
        if not index.knows_contact(mention):
            yield Violation(
                "contact", f"The {_NAMES[mention.kind]} “{mention.text}” is not in the salon's texts."
            )
