"""The words that the small reader knows."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh",
    "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a", "ё": "e", "ł": "l",
}  # fmt: skip
_ALIKE = (("ie", "e"), ("iu", "u"), ("yu", "u"), ("ia", "a"), ("ya", "a"), ("g", "h"), ("c", "k"), ("y", "i"))
# By what clients call a service whose name is in another language.
_KINDS = (
    ("стриж", "haircut", "strzyż"), ("фарбув", "окраш", "покрас", "colo", "farbow"),
    ("уклад", "styling", "modelow"), ("брів", "бров", "brow", "brwi"), ("масаж", "массаж", "massage"),
)  # fmt: skip
INTENTS = {
    "stop": r"^\W*(стоп|stop)\b",
    "human": r"адмін|админ|оператор|люди[нн]|человек|human|person|człowiek",
    "cancel": r"скас|відмін|отмен|cancel|odwoł|odwol",
    "change": r"перенес|перенос|пересун|reschedul|\bmove|przełó|przeło",
    "my_bookings": r"мо[їєюя]\S* (запис|візит|визит)|my (booking|visit|appointment)|moj[ea] wizyt",
    "question": r"скільки|сколько|цін|цен[аыу]|how much|price|ile koszt|адрес|address|де ви|где вы|gdzie",
    "smalltalk": r"^\W*(привіт|вітаю|добр|дяку|здрав|привет|спасиб|hello|hi\b|hey|thank|dzień|dzie|cześć)",
}
PRICE = r"скільки|сколько|цін|цен[аыу]|how much|price|ile koszt"
YES = r"^\W*(так|да|ага|ок|yes|ok|sure|tak|👍|\+)(\W|$)"
NO = r"^\W*(ні|нет|no|nope|nie|👎)(\W|$)"
DAYS = {
    2: r"післязавтра|послезавтра|day after tomorrow|pojutrze",
    1: r"завтра|tomorrow|jutro",
    0: r"сьогодні|сегодня|today|dzi[sś]",
}
WEEKDAYS = {
    "mon": r"понед|monday|poniedz", "tue": r"вівтор|вторник|tuesday|wtor",
    "wed": r"серед[уа]|сред[уа]|wednesday|środ", "thu": r"четвер|thursday|czwart",
    "fri": r"п[яь]?ятниц|friday|piąt", "sat": r"субот|суббот|saturday|sobot",
    "sun": r"неділ|воскрес|sunday|niedziel",
}  # fmt: skip
MONTHS = (
    r"січ|янв|jan|stycz", r"лют|февр|feb|lut", r"берез|март|mar", r"квіт|апр|apr|kwie",
    r"трав|ма[йя]|may|maj", r"черв|июн|jun|czerw", r"лип|июл|jul|lip", r"серп|авг|aug|sierp",
    r"верес|сент|sep|wrze",
    r"жовт|окт|oct|paźdz", r"листоп|нояб|nov|listop", r"груд|дек|dec|grud",
)  # fmt: skip
PARTS = {
    "09:00-12:00": r"вранці|зранку|утр|morning|\brano",
    "12:00-17:00": r"вдень|днем|afternoon|po południu",
    "17:00-21:00": r"ввечері|вечер|evening|wiecz",
}


def folded(text: str) -> str:
    """Lower case, without apostrophes."""
    return re.sub(r"['’ʼ`]", "", unicodedata.normalize("NFC", text).lower())


def latin(word: str) -> str:
    """A rough common spelling of a word in any of the alphabets."""
    plain = "".join(_LATIN.get(letter, letter) for letter in folded(word))
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    for before, after in _ALIKE:
        plain = plain.replace(before, after)
    return plain


def _means(word: str, name: str) -> bool:
    """Whether a client's word means a word of a service's name."""
    one, other = latin(word), latin(name)
    length = max(4, round(0.6 * len(other)))
    if len(other) >= 4 and one[:length] == other[:length]:
        return True
    return any(word.startswith(kind) and folded(name).startswith(kind) for kind in _KINDS)


def find_services(text: str, services: list[dict[str, Any]]) -> list[int]:
    """The service named: the one of which most words occur and fewest are left; none if it is a tie."""
    said = re.findall(r"\w+", folded(text))
    ranked = []
    for service in services:
        names = [name for name in re.findall(r"\w+", str(service["name"])) if len(name) > 2]
        hits = sum(any(_means(word, name) for word in said) for name in names)
        if hits:
            ranked.append((-hits, len(names) - hits, int(service["id"])))
    ranked.sort()
    tied = len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]
    return [] if tied or not ranked else [ranked[0][2]]


def find_specialist(text: str, specialists: list[dict[str, Any]]) -> int | None:
    """The specialist whose first name occurs in whatever case; None for none or several."""
    said = [latin(word) for word in re.findall(r"\w+", text)]
    found = []
    for person in specialists:
        stem = latin(str(person["name"]).split()[0]).rstrip("aeiou")
        if any(word.startswith(stem) and len(word) - len(stem) <= 2 for word in said):
            found.append(int(person["id"]))
    return found[0] if len(found) == 1 else None


def find_language(text: str, known: str) -> str:
    """The language of a text; `known` decides where its letters do not."""
    lowered = text.lower()
    for language, letters in (("uk", "[іїєґ]"), ("ru", "[ыэъё]"), ("pl", "[ąćęłńśźż]")):
        if re.search(letters, lowered):
            return language
    if re.search("[а-я]", lowered):
        return known if known in ("uk", "ru") else "uk"
    return known if known in ("en", "pl") or not re.search("[a-z]{3}", lowered) else "en"
