"""Placeholders such as {lines} in a text: what is allowed, what must stay, how they are filled."""

import string

from ai.wording.defaults import LANGUAGES, texts_of
from botbackend.lib.errors import DomainError

# A salon may leave these out; without any other the client would miss what the text is for.
OPTIONAL = {"salon", "price", "duration", "specialist", "guest", "named", "service"}


class PlaceholderError(DomainError):
    """A text names a placeholder that does not exist there, or lost one that it needs."""

    code = "invalid"


def placeholders(text: str) -> set[str]:
    """Return the names in braces. Raises PlaceholderError for anything but plain {name}."""
    names: set[str] = set()
    try:
        for _, name, spec, conversion in string.Formatter().parse(text):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                raise PlaceholderError(f"{{{name}}} is no placeholder: write only a name in braces.")
            names.add(name)
    except ValueError as error:
        raise PlaceholderError("A brace stands alone; a placeholder looks like {lines}.") from error
    return names


def check_placeholders(*, key: str, language: str, text: str) -> None:
    """Compare a salon's text with the default one. Raises PlaceholderError naming what is wrong."""
    if language not in LANGUAGES:
        raise PlaceholderError(
            f"There are no texts in '{language}'.", fields={"language": ["Unknown language."]}
        )
    default = texts_of(language).texts.get(key)
    if default is None:
        raise PlaceholderError(f"There is no text '{key}'.", fields={"key": ["Unknown text."]})
    known, used = placeholders(default), placeholders(text)
    problems = [f"Unknown placeholder {{{name}}}." for name in sorted(used - known)]
    problems += [f"Missing placeholder {{{name}}}." for name in sorted(known - used - OPTIONAL)]
    if not text.strip():
        problems.append("The text is empty.")
    if problems:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
        problems.append(f"Placeholders of this text: {allowed}.")
        raise PlaceholderError(" ".join(problems), fields={"text": problems})


def fill(text: str, values: dict[str, str]) -> str:
    """Put the values into the text. A value is never read as a text with placeholders itself."""
    return text.format_map(values)
