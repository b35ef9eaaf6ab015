"""Data of other people."""

import re
from collections.abc import Iterator

from ai.guard.facts import Facts
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.language.contacts import same_phone
from ai.language.mentions import Kind
from ai.language.text import normalise


def check_people(segment: Segment, facts: Facts) -> Iterator[Violation]:
    """Find names and phones of other clients, which the evidence lists as forbidden."""
    for secret in facts.evidence.forbidden:
        if secret.strip() and _is_named(secret, segment, facts):
            yield Violation("privacy", "The draft names another client; never speak of other clients.")
            return


def _is_named(secret: str, segment: Segment, facts: Facts) -> bool:
    if sum(char.isdigit() for char in secret) >= 9:
        phones = segment.of(Kind.PHONE)
        return any(
            same_phone(str(phone.value), secret) and not facts.knows_contact(phone) for phone in phones
        )
    folded = normalise(secret).strip()
    known = f"{facts.salon_text}\n{facts.client_text}"
    return folded not in known and bool(re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", segment.folded))
