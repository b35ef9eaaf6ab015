"""Other people: clients whom the draft may not name, specialists who do not exist."""

import re
from collections.abc import Iterator

from ai.guard.index import EvidenceIndex
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.language.given_names import given_names, latin_of, same_name

_NAME = r"(?P<name>[A-ZĄĆĘŁŃÓŚŹŻА-ЯІЇЄҐ][^\W\d_]{2,})"
_ROLE = r"""майст\w+|мастер\w*|спеціаліст\w*|специалист\w*|стиліст\w*|стилист\w*|косметолог\w*|перукар\w*
|парикмахер\w*|specialist|stylist|master
|mrs\.?|mr\.?|ms\.?|miss|пані|пан|пана|госпож[аеиу]|господин\w*|stylist\w+|specjalist\w+|mistrz\w*
|with|до|к|do|u|z"""
_INTRODUCED = re.compile(rf"(?<!\w)(?i:{_ROLE.replace(chr(10), '')})\s+{_NAME}")
_POLITE = "вас вам вами ваш pani panią pana panu panem państwa państwem ciebie you"
_ADDRESS = frozenset(_POLITE.split())


def check_people(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """Find people whom neither the salon nor the client named: other clients, specialists not there."""
    dated = " ".join(mention.text.lower() for mention in segment.mentions)
    for name in [*given_names(segment.text), *_introduced(segment)]:
        if name.lower() not in dated and not _is_known(name, index):
            yield Violation("person", f"“{name}”: name nobody but the salon's specialists.")
            return


def _introduced(segment: Segment) -> Iterator[str]:
    for found in _INTRODUCED.finditer(segment.text):
        name = found["name"]
        if name.lower() not in _ADDRESS:
            yield name


def _is_known(name: str, index: EvidenceIndex) -> bool:
    latin = latin_of(name)
    return any(same_name(latin, known) for known in index.known_words)
