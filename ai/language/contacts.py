"""Phone numbers, links, handles and mail addresses in a text."""

import re

from ai.language.numbers.mentions import Kind, Mention

_ENDINGS = (
    "com|net|org|info|biz|io|me|app|ua|pl|ru|by|eu|de|uk|us|co|shop|store|salon|beauty|online|site|link|ly|gg|"
    "pro|club|studio|top|xyz|vip|click|page|dev|ai|tv|cc|space|website|tech|bot|kz|cz|sk|lt|lv|ee|md|fr|cn|tk|укр|рф"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>()\"']+|(?<![\w@.])(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:{_ENDINGS})(?![\w])(?:/[^\s<>()\"']*)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z0-9_.]{3,}")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d(?:[\s()-]{0,2}\d){8,18}(?!\w)")
_DATE_INSIDE = re.compile(
    r"\d{4}-\d{2}-\d{2}|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:^|\s)\d{1,2}-\d{2}(?=\s|$)"
)
_PRICES = re.compile(r"(?:\d{1,2}\s)?(?:\d{2,4}\s){2,}\d{2,4}")


def find_contacts(text: str) -> list[Mention]:
    """Return the contacts of a normalised text; what one of them covers belongs to no other."""
    found: list[Mention] = []
    for kind, pattern in (
        (Kind.EMAIL, _EMAIL),
        (Kind.LINK, _LINK),
        (Kind.HANDLE, _HANDLE),
        (Kind.PHONE, _PHONE),
    ):
        for hit in pattern.finditer(text):
            if any(hit.start() < other.end and other.start < hit.end() for other in found):
                continue
            if kind == Kind.PHONE and _DATE_INSIDE.search(hit[0]):
                continue
            found.append(_mention(kind, hit))
    return found


def _mention(kind: Kind, hit: re.Match[str]) -> Mention:
    text = hit[0].rstrip(".,;:!?")
    value = re.sub(r"\D", "", text) if kind == Kind.PHONE else _bare(text)
    return Mention(kind, value, hit.start(), hit.start() + len(text), text=text)


def _bare(link: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", link.lower()).rstrip("/.")
