"""Who a row is about: an id of the channel, a phone, a name, in whatever cells they stand. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bookings.models.clients import contact_id_in
from botbackend.lib.phones import e164_or_blank
from botbackend.lib.text import SIGNS, canonical
from sheets.adoption.words import says_nothing

_DIGITS = re.compile(r"\+?\d[\d\s()./-]{5,}\d")
_SHORTEST_WITH_COUNTRY = 11


@dataclass(frozen=True)
class Person:
    """`contact_id` only where the salon knows it; `name` is without a phone that stood beside it."""

    contact_id: str = ""
    phone: str = ""
    name: str = ""


def person_of(*, ident: str, phone: str, name: str, contacts: Collection[str], country: str) -> Person:
    """Return who is meant; `contacts` are the ids of the salon's clients."""
    contact_id = known if (known := contact_id_in(ident)) in contacts else ""
    beside, rest = _phone_in(name, country)
    found = e164_or_blank(phone, country=country) or beside
    if not found and not contact_id and looks_like_phone(ident, country=country):
        found = e164_or_blank(ident, country=country)
    return Person(contact_id, found, "" if says_nothing(rest) else rest)


def looks_like_phone(text: str, *, country: str) -> bool:
    """Tell a phone from an id: nobody writes a plus, a leading zero or spaces into an id."""
    digits = sum(sign.isdigit() for sign in text)
    is_written_so = text[:1] in "+0" or digits != len(text) or digits >= _SHORTEST_WITH_COUNTRY
    return is_written_so and bool(e164_or_blank(text, country=country))


def _phone_in(name: str, country: str) -> tuple[str, str]:
    for found in _DIGITS.finditer(name.translate(SIGNS)):
        if phone := e164_or_blank(found[0], country=country):
            rest = name[: found.start()] + " " + name[found.end() :]
            return phone, canonical(rest).strip(" ,;:()-")
    return "", name
