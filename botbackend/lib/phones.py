"""The one form of a phone number, E.164, and the country whose local numbers a salon reads.

Which numbers exist and how a country writes them is told by `phonenumbers` (libphonenumber's metadata).
"""

import re
from functools import cache, lru_cache
from importlib import resources

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    country_code_for_region,
    format_number,
    is_possible_number,
    is_valid_number,
    number_type,
    parse,
)

from botbackend.lib.errors import DomainError
from botbackend.lib.text import comparable

COUNTRIES: frozenset[str] = frozenset(SUPPORTED_REGIONS)
_FALLBACK = "UA"
# Where 8 was the way out of the local network, and is still written before a number (8 050 123 45 67), but
# the metadata knows another prefix by now. Russia, Kazakhstan and Belarus have it there.
FORMER_TRUNK_8 = frozenset(["AM", "AZ", "EE", "GE", "KG", "LV", "MD", "TJ", "TM", "UA", "UZ"])
_PEOPLES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_LETTER = re.compile(r"[^\W\d_]")
MESSAGE = "this is no phone number of {country} and none with its country code; write +380501234567"


class InvalidPhone(DomainError):
    """This cannot be dialled from the salon's country; `fields` says where it stood."""

    code = "invalid"
    http_status = 400


def e164(text: str, *, country: str, field: str = "phone") -> str:
    """Return the number as +380501234567, however people of the country write it; "" for a blank text.

    Raises InvalidPhone naming `field`. What only looks like a number is none: without a plus it has to exist.
    """
    plain = _plain(text)
    found = _read(plain, country) if plain else ""
    if found is None:
        message = MESSAGE.format(country=country)
        raise InvalidPhone(f"{field}: {message}", fields={field: [message]})
    return found


def e164_or_blank(text: str, *, country: str) -> str:
    """Return the number, "" for what is none: for words of which nobody promised that they are a phone."""
    return _read(_plain(text), country) or ""


def same_phone(one: str, other: str, *, country: str) -> bool:
    """Tell whether both are one number; those that nobody can dial are the digits they are written with."""
    first, second = (
        e164_or_blank(text, country=country) or re.sub(r"\D", "", _plain(text)) for text in (one, other)
    )
    return bool(first) and first == second


def dialled_in(country: str) -> tuple[str, str]:
    """Return the country's code, and what people there dial before a number of their own; "" for nothing."""
    metadata = PhoneMetadata.metadata_for_region(country)
    trunk = metadata.national_prefix if metadata else None
    return str(country_code_for_region(country)), trunk or ""


def _plain(text: str) -> str:
    """Return the number with ordinary figures, dashes and dots, without the scheme of a link (RFC 3966)."""
    return comparable(text).removeprefix("tel:").strip()


@lru_cache(maxsize=1024)
def _read(text: str, country: str) -> str | None:
    if _LETTER.search(text):
        return None
    given = _parsed(text, country)
    digits = re.sub(r"\D", "", text)
    # SendPulse and many people leave the plus away: what is whole behind the salon's own code is meant so,
    # though `49151...` would be a number within Germany too. There people write a 0 before it.
    forms = [_with_own_code(digits, country), given, _parsed(digits, country)]
    if country in FORMER_TRUNK_8 and digits.startswith("8"):
        forms.append(_parsed(digits[1:], country))
    # 00 is the plus of most countries, and written in the others too.
    forms += [_parsed(f"+{digits}", country), _parsed(f"+{digits.removeprefix('00')}", country)]
    for number in forms:
        if number is not None and is_valid_number(number):
            return format_number(number, PhoneNumberFormat.E164)
    # Ranges are opened faster than the metadata is: who wrote the country code is believed.
    if given is not None and text.startswith("+") and is_possible_number(given):
        return format_number(given, PhoneNumberFormat.E164)
    return None


def _with_own_code(digits: str, country: str) -> PhoneNumber | None:
    if not digits.startswith(str(country_code_for_region(country))):
        return None
    number = _parsed(f"+{digits}", country)
    return number if number is not None and number_type(number) in _PEOPLES else None


def _parsed(text: str, country: str) -> PhoneNumber | None:
    try:
        return parse(text, country)
    except NumberParseException:
        return None


def home_country(*, timezone: str, currency: str) -> str:
    """Return the country of a salon that names none: of its time zone, else of its currency, else Ukraine.

    The zone's country is that of tzdata's zone.tab; a currency's code begins with its country's (ISO 4217).
    """
    by_zone = _zone_countries().get(timezone, "")
    return next((one for one in (by_zone, currency[:2]) if one in COUNTRIES), _FALLBACK)


@cache
def _zone_countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
