"""Which of the four languages a text is in."""

from __future__ import annotations

import re

from .words import words

_WORDS = {
    "uk": {"привіт", "добрий", "дякую", "будь", "ласка", "хочу", "мене", "завтра", "запишіть", "можна", "що",
           "та", "так", "ні", "сьогодні", "скільки", "вас", "тиждень", "pryvit", "zavtra", "dobryi",
           "diakuju", "mozhna", "bud", "laska", "hochu", "bilo", "sohodni"},
    "ru": {"привет", "здравствуйте", "спасибо", "пожалуйста", "хочу", "меня", "можно", "что", "да", "нет",
           "сегодня", "сколько", "запишите", "завтра", "или", "мне", "как", "неделю", "privet",
           "маникюр", "покраска", "перенеси", "отмени", "пятницу", "субботу"},
    "pl": {"dzień", "dzien", "dobry", "chcę", "chce", "proszę", "prosze", "jutro", "dziękuję", "na", "tak",
           "nie", "jestem", "dziś", "wizyta", "umówić", "umowic", "ile", "godz", "czy", "się", "sie"},
    "en": {"hi", "hello", "i", "want", "please", "tomorrow", "today", "the", "for", "my", "book", "can", "at",
           "thanks", "yes", "no", "with", "on", "to", "is", "how", "a", "manicure", "haircut", "would",
           "like"},
}  # fmt: skip


def detect(text: str, known: str) -> str:
    """uk, ru, pl or en; `known` is what the dialogue was in, and decides where the text does not."""
    lowered = "" if text.startswith("/") else text.lower()
    if re.search(r"[іїєґ]", lowered):
        return "uk"
    if re.search(r"[ыэъё]", lowered):
        return "ru"
    if re.search(r"[ąćęłńśźż]", lowered):
        return "pl"
    found = set(words(lowered))
    if not found:
        return known or "uk"
    scores = {language: len(found & vocabulary) for language, vocabulary in _WORDS.items()}
    best = max(scores.values())
    leaders = [language for language, score in scores.items() if score == best]
    if known in leaders or (best == 0 and known):
        return known
    if re.search(r"[а-я]", lowered):
        russian = scores["ru"] + len(re.findall(r"(?:ите|ите|ешь|ет|со)\b", lowered))
        return "ru" if russian > scores["uk"] else "uk"
    return "en" if scores["en"] >= max(scores["pl"], scores["uk"]) else leaders[0]
