"""Clients who write to the bot, through the stand-in and its webhooks."""

import itertools
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from botbackend.loopback import LoopbackError
from botbackend.workshop.chaos.world import Outside
from botbackend.workshop.launcher.demo_world import BOT_ID
from botbackend.workshop.sandbox.claude.answers.data import SOLE

Json = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """A text for a visit: `days` are tomorrow and the day after in its language, `book` what it means."""

    text: str
    days: tuple[str, str]
    book: Json
    offer: str


UK_OFFER = "Є вільний час:\n{slots}\nЩо вам підходить?"
RU_OFFER = "Есть свободное время:\n{slots}\nЧто вам подходит?"
EN_OFFER = "These times are free:\n{slots}\nWhich one suits you?"
MANICURE = {"book": "Манікюр"}
# There are fewer hours than clients, so that bookings compete; some texts are split into bursts.
WISHES = (
    Wish(
        "Хочу записатися на манікюр до Анни {} о {}:00",
        ("завтра", "післязавтра"),
        {**MANICURE, "with": "Анна", "language": "uk"},
        UK_OFFER,
    ),
    Wish(
        "Запишіть мене на педикюр {} о {}:00",
        ("завтра", "післязавтра"),
        {"book": "Педикюр", "language": "uk"},
        UK_OFFER,
    ),
    Wish(
        "Хочу на укладку до Олени {} о {}:00",
        ("завтра", "післязавтра"),
        {"book": "Укладка", "with": "Олена", "language": "uk"},
        UK_OFFER,
    ),
    Wish(
        "Хочу записаться на маникюр {} в {}:00",
        ("завтра", "послезавтра"),
        {**MANICURE, "language": "ru"},
        RU_OFFER,
    ),
    Wish(
        "I would like to book a manicure {} at {}:00",
        ("tomorrow", "the day after tomorrow"),
        {**MANICURE, "language": "en"},
        EN_OFFER,
    ),
)
HOURS = (10, 11, 12, 15, 16, 17, 18)
ANSWERS = ("так", "так", "так", "ні", "да", "yes")
UNCLEAR, SMALLTALK = {"wants": "unclear"}, {"wants": "smalltalk"}
HELP = "Покличте, будь ласка, адміністратора"
# What else is written: the text, what it means, what the model says to it.
OTHERS: tuple[tuple[str, Json, str], ...] = (
    (HELP, {"wants": "human"}, ""),
    ("Скасуйте мій запис", {"cancel": SOLE}, "Який саме візит скасувати?"),
    ("Скільки коштує педикюр?", {"wants": "question", "about": "Педикюр"}, "Педикюр коштує 700 грн."),
    ("Які у мене записи?", {"wants": "my_bookings"}, ""),
    ("А які послуги є?", {"wants": "question"}, "Манікюр, педикюр, стрижка, фарбування та укладка."),
    ("Дякую", SMALLTALK, "Будь ласка!"),
    ("Добрий день", SMALLTALK, "Вітаю! Чим можу допомогти?"),
    ("Привіт", SMALLTALK, "Вітаю! Чим можу допомогти?"),
    ("Доброго вечора", SMALLTALK, "Вітаю! Чим можу допомогти?"),
    ("Здравствуйте", SMALLTALK, "Здравствуйте! Чем могу помочь?"),
    ("Hello", SMALLTALK, "Hello! How can I help you?"),
    ("так", UNCLEAR, "Напишіть, будь ласка, послугу, день і час."),
    ("ні", UNCLEAR, "Напишіть, будь ласка, послугу, день і час."),
    ("да", UNCLEAR, "Напишите, пожалуйста, услугу, день и время."),
    ("yes", UNCLEAR, "Please write the service, the day and the time."),
)
OPENINGS = ("Добрий день", "Привіт", "Доброго вечора", "Здравствуйте", "Hello")
QUESTIONS = (
    "Скільки коштує педикюр?",
    "Які у мене записи?",
    "А які послуги є?",
    "Дякую",
    "Скасуйте мій запис",
)


def answers_of_claude() -> list[Json]:
    """The rules of Claude's stand-in for everything that is written; in a burst the wish comes first."""
    rules: list[Json] = []
    for wish, (ahead, hour) in itertools.product(WISHES, itertools.product((1, 2), HOURS)):
        text = wish.text.format(wish.days[ahead - 1], hour)
        understood = {**wish.book, "day": ahead, "at": f"{hour}:00"}
        rules += [_rule(text, {"understand": understood}), _rule(text, {"say": wish.offer})]
    for text, meant, said in OTHERS:
        rules += [_rule(text, {"understand": meant}), _rule(text, {"say": said})]
    return rules


def _rule(text: str, data: Json) -> Json:
    return {"when": {"said": text}, "data": data, "times": None}


@dataclass
class Crowd:
    """So many clients with so many messages each, spread over `seconds`."""

    world: Outside
    clients: int
    messages: int
    seconds: float
    seed: int
    said: list[str] = field(default_factory=list)  # the channel's ids of all messages
    contacts: set[str] = field(default_factory=set)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Say everything; returns when the last client has said the last message."""
        self.world.claude.tell("script", answers_of_claude())
        plan = sorted(line for number in range(self.clients) for line in self._lines(number))
        elapsed = 0.0
        for at, number, text in plan:
            self._stopping.wait(max(0.0, at - elapsed))
            elapsed = max(elapsed, at)
            self.say(number, text)

    def _lines(self, number: int) -> list[tuple[float, int, str]]:
        chance = random.Random(f"{self.seed}-{number}")  # noqa: S311 - repeatable, guards no secret
        texts = _script(chance, self.messages)
        at = chance.uniform(0, self.seconds * 0.15)
        step = self.seconds * 0.85 / self.messages
        lines = []
        for text in texts:
            lines.append((at, number, text))
            # every third message comes right behind the one before: a burst
            at += 0.2 if chance.random() < 0.33 else chance.uniform(0.5, 1.7) * step
        return lines

    def say(self, number: int, text: str) -> None:
        """Let one of the clients say something."""
        client = {"contact": f"client-{number}", "name": f"Client {number}", "bot_id": BOT_ID, "text": text}
        try:
            said = self.world.sendpulse.tell("client_says", client)
        except LoopbackError as error:
            raise RuntimeError("the SendPulse stand-in is away, and nobody was to kill it") from error
        self.said.append(said["message_id"])
        self.contacts.add(said["contact_id"])


def _script(chance: random.Random, messages: int) -> list[str]:
    texts = [chance.choice(OPENINGS)]
    while len(texts) < messages:
        wish = chance.choice(WISHES)
        texts.append(wish.text.format(chance.choice(wish.days), chance.choice(HOURS)))
        texts.append(chance.choice(ANSWERS))
        if chance.random() < 0.5:
            texts.append(chance.choice(QUESTIONS))
    if chance.random() < 0.05:
        texts[messages - 1] = HELP
    return texts[:messages]
