"""What a salon may be set to, checked once for its forms and its configuration. Each raises ValueError."""

from botbackend.lib.currencies import CURRENCIES
from botbackend.lib.languages import LANGUAGES


def known_currency(code: str) -> str:
    """Return a currency's code as it is."""
    if code not in CURRENCIES:
        raise ValueError("unknown currency; use a code such as UAH")
    return code


def known_language(code: str) -> str:
    """Return a language's code as it is."""
    if code not in LANGUAGES:
        raise ValueError(f"unknown language; the bot speaks {', '.join(LANGUAGES)}")
    return code
