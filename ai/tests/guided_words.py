"""What a client of each language says to the menus in the tests."""

from dataclasses import dataclass

from ai.wording.defaults import LANGUAGES

__all__ = ["LANGUAGES", "WORDS", "Words"]


@dataclass(frozen=True)
class Words:
    """One language's phrases."""

    manicure_tomorrow_at_3: str
    manicure: str
    both_services: str
    tomorrow: str
    at_four: str
    yes: str
    no: str
    visits: str
    cancel: str
    cancel_all: str
    change: str
    change_to_tomorrow_at_4: str
    price: str
    hours: str
    person: str
    back: str
    more: str
    anyone: str
    garbage: str
    thanks: str


WORDS = {
    "uk": Words(
        "хочу манікюр завтра о 15:00", "манікюр", "манікюр і стрижка", "завтра", "о 16:00", "так", "ні",
        "мої візити", "скасуйте мій візит", "скасуйте всі мої візити", "перенесіть мій візит",
        "перенесіть візит на завтра о 16:00", "скільки коштує манікюр?", "коли ви працюєте?",
        "покличте адміністратора", "назад", "показати ще", "будь-хто", "ґґґ ззз", "дякую",
    ),
    "ru": Words(
        "хочу маникюр завтра в 15:00", "маникюр", "маникюр и стрижку", "завтра", "в 16:00", "да", "нет",
        "мои записи", "отмените мой визит", "отмените все мои визиты", "перенесите мой визит",
        "перенесите визит на завтра в 16:00", "сколько стоит маникюр?", "когда вы работаете?",
        "позовите человека", "назад", "показать еще", "кто угодно", "ыыы ъъъ", "спасибо",
    ),
    "en": Words(
        "I want a manicure tomorrow at 15:00", "manicure", "manicure and strizhka", "tomorrow", "at 16:00",
        "yes", "no", "my visits", "cancel my visit", "cancel all my visits", "move my visit",
        "move my visit to tomorrow at 16:00", "how much is a manicure?", "when do you open?",
        "I want to talk to a person", "back", "show more", "anyone", "qwx zzz", "thank you",
    ),
    "pl": Words(
        "chcę manikiur jutro o 15:00", "manikiur", "manikiur i stryżka", "jutro", "o 16:00", "tak", "nie",
        "moje wizyty", "proszę odwołać moją wizytę", "odwołać wszystkie wizyty", "przełóżcie moją wizytę",
        "przełóżcie wizytę na jutro o 16:00", "ile kosztuje manikiur?", "kiedy pracujecie?",
        "chcę rozmawiać z człowiekiem", "wstecz", "pokaż więcej", "ktokolwiek", "xqq ghh", "dziękuję",
    ),
}  # fmt: skip
