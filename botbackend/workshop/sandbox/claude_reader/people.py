"""Names and phone numbers: the client's own and a guest's."""

from __future__ import annotations

import re

_NAME = r"([A-ZА-ЯІЇЄҐ][\w'’ʼ-]+(?:\s+[A-ZА-ЯІЇЄҐ][\w'’ʼ-]+)?)"
_OWN = re.compile(
    r"(?:[Мм]ене звати|[Мм]ене звуть|[Мм]еня зовут|[Mm]y name is|[Nn]azywam się|[Mm]am na imię|"
    r"[Мм]оє ім['’ʼ]?я|"
    r"[Мм]оё имя|[Мм]ое имя|^[Яя] [-—]?\s?|I'm|I am|[Tt]his is|[Цц]е|[Ээ]то)\s*" + _NAME
)
_GUEST = re.compile(
    r"\b(мам[уиі]|тат[аоу]|пап[уы]|сестр[уиіы]|брат[ау]|доньк[уиі]|дочк[уиіе]|дочери|доч[ьі]|син[ау]|сын[ау]|"
    r"подруг[уиіе]|друг[ау]|чоловік[ау]|муж[ау]|дружин[уиі]|жен[уы]|бабус[юіи]|бабушк[уи]|колег[уиі]|"
    r"mom|mum|mother|dad|father|sister|brother|daughter|son|friend|husband|wife|"
    r"mam[ęy]|siostr[ęy]|córk[ęi]|męża|żon[ęy]|przyjaciółk[ęi])\b(?:[\s,:(–-]+" + _NAME + r")?",
)
_PHONE = re.compile(r"(?<![\d.])\+?\d[\d\s().-]{7,17}\d(?!\d)")
_FILLERS = {"Хочу", "Можна", "Можно", "Записатися", "Завтра", "Сьогодні", "Сегодня"}


def find_phone(text: str) -> str | None:
    """A phone number in digits, with the plus if it was written."""
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 9 <= len(digits) <= 13 and not re.fullmatch(r"\s*\d{1,2}[.:]\d{2}.*", match[0]):
            return ("+" if match[0].startswith("+") else "") + digits
    return None


def find_own_name(text: str) -> str | None:
    """The name by which the client calls themself."""
    match = _OWN.search(text)
    if match is None or match[1].split()[0] in _FILLERS:
        return None
    return match[1]


def find_guest(text: str) -> str | None:
    """Whom the visit is for, when it is somebody else: the name, or the word for the relation."""
    match = _GUEST.search(text)
    if match is None:
        return None
    name = match[2] or match[1]
    if match[2] and match[1][-1] in "ую" and name[-1] in "ую":
        return name[:-1] + ("а" if name[-1] == "у" else "я")  # маму Олену: the name is Олена
    return name


def without_names(text: str) -> str:
    """The text without the client's own name and the guest's, so that neither is taken for a specialist."""
    return _GUEST.sub(" ", _OWN.sub(" ", text))


def without_phones(text: str) -> str:
    """The text without phone numbers, so that none is taken for a time."""
    return _PHONE.sub(lambda m: " " if 9 <= len(re.sub(r"\D", "", m[0])) <= 13 else m[0], text)
