"""What the client wants, told by the words."""

from __future__ import annotations

import re

from .words import fold, has_any, words

STOP = ("стоп", "stop", "відпис", "отпис", "unsubscrib", "не пишіть", "не пишите", "wypisz")
HUMAN = (
    "адмін", "админ", "оператор", "менеджер", "люди", "человек", "жив", "human", "real person", "operator",
    "manager", "someone", "передзвон", "перезвон", "call me", "człowiek", "konsultant", "recepcj",
)  # fmt: skip
CANCEL = (
    "скасу", "скасов", "відмін", "отмен", "cancel", "odwoł", "odwol", "anuluj", "не прийду", "не приду",
    "не зможу прийти", "не смогу прийти", "can t come", "cant come",
)  # fmt: skip
CHANGE = (
    "перенес", "перенос", "перезапис", "пересун", "reschedul", "move", "przeło", "przelo", "przeni",
    "змінити", "змініть", "поміняти", "изменить", "поменять", "change",
)  # fmt: skip
MINE = (
    "мої запис", "мій запис", "мои запис", "моя запис", "мою запис", "моїх запис", "я записан",
    "у мене запис", "у меня запис", "my booking", "my appointment", "my visit", "when is my", "am i booked",
    "moje wizyt", "moja wizyt",
)  # fmt: skip
PRICE = (
    "скільки кошт", "сколько сто", "ціна", "ціни", "цін", "цена", "цены", "цен", "вартість", "стоимость",
    "прайс", "коштує", "стоит", "how much", "price", "cost", "ile koszt", "cen",
)  # fmt: skip
QUESTION = (
    "адрес", "де ви", "де знаход", "где вы", "где наход", "where", "address", "як доїхати", "как доехать",
    "працюєте", "работаете", "open", "графік", "график", "парков", "parking", "оплат", "картк", "карто",
    "адреса", "які послуги", "какие услуги", "what services", "gdzie", "jakie usługi", "чи можна", "можно ли",
)  # fmt: skip
SMALLTALK = (
    "привіт", "вітаю", "добрий", "доброго", "добрий день", "здрастуйте", "здравств", "привет", "добр",
    "hello", "hi", "hey", "good", "дякую", "спасибі", "спасибо", "thank", "thx", "dzień", "dzien", "cześć",
    "czesc", "dziękuj", "start", "pryvit", "до побачення", "бувай", "пока", "bye",
)  # fmt: skip
BOOK = (
    "запис", "запиш", "хочу", "хотіла", "хотів", "хотел", "book", "appointment", "want", "umów", "umow",
    "umówi", "потріб", "нужно", "нужен", "need", "вільн", "свободн", "віконечк", "окошк", "free", "availab",
    "wolne", "chc", "zapys", "zapis",
)  # fmt: skip
YES = (
    "так", "ага", "угу", "да", "ок", "окей", "yes", "yep", "yeah", "sure", "ok", "okay", "confirm", "tak",
    "підтвердж", "подтвержд", "згод", "соглас", "підходить", "подходит", "звичайно", "конечно", "добре",
    "хорошо", "давай", "чудово", "отлично", "супер", "записуй", "записыва", "potwierdz", "dobrze", "jasne",
    "zgadz", "perfect", "great", "correct", "вірно", "верно", "tochno",
)  # fmt: skip
NO = ("ні", "нет", "не", "no", "nope", "nie", "don")
_EXACT = {"так", "да", "ок", "ok", "ні", "нет", "не", "no", "nie", "tak", "don", "hi", "up", "ага", "угу"}


def _begins(text: str, stems: tuple[str, ...]) -> bool:
    """Whether the first word is one of the stems; short words must be whole."""
    found = words(text)
    if not found:
        return False
    first = found[0]
    return any(first == stem if stem in _EXACT else first.startswith(stem) for stem in stems)


def answer_to_proposal(text: str) -> str:
    """yes, no or none."""
    if re.fullmatch(r"\s*(?:\+|👍|✅|👌|🆗)+\s*", text):
        return "yes"
    if re.fullmatch(r"\s*(?:-|👎|❌)+\s*", text):
        return "no"
    if _begins(text, NO):
        return "no"
    if _begins(text, YES):
        return "yes"
    short = words(text)
    return (
        "yes"
        if len(short) <= 4 and has_any(text, ("підтвердж", "подтвержд", "confirm", "записуй"))
        else "none"
    )


def is_negated(text: str, stems: tuple[str, ...]) -> bool:
    """Whether the client says not to do it: "не скасовуйте"."""
    return bool(
        re.search(rf"\b(?:не|don ?t|nie)\s+(?:{'|'.join(s for s in stems if ' ' not in s)})", fold(text))
    )


def explicit_intent(text: str) -> str:
    """The intent that the words themselves name, or an empty string."""
    if has_any(text, STOP) and len(words(text)) <= 6:
        return "stop"
    if has_any(text, HUMAN):
        return "human"
    if has_any(text, CANCEL) and not is_negated(text, CANCEL):
        return "cancel"
    if has_any(text, CHANGE) and not is_negated(text, CHANGE):
        return "change"
    if has_any(text, MINE):
        return "my_bookings"
    if has_any(text, PRICE):
        return "question"
    if has_any(text, QUESTION) and not has_any(text, ("запис", "запиш", "book")):
        return "question"
    return ""


def soft_intent(text: str, *, substance: bool) -> str:
    """The intent of a text without any strong word; `substance` = a service, day or time was named."""
    if substance or has_any(text, BOOK):
        return "book"
    if "?" in text:
        return "question"
    if has_any(text, SMALLTALK):
        return "smalltalk"
    return "unclear"
