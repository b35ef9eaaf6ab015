"""Clients who write to the bot, through the stand-in and its webhooks."""

import random
import threading
from dataclasses import dataclass, field

from botbackend.loopback import LoopbackError
from botbackend.workshop.chaos.world import World
from botbackend.workshop.launcher.demo_world import BOT_ID

# There are fewer hours than clients, so that bookings compete; some texts are split into bursts.
OPENINGS = ("Добрий день", "Привіт", "Доброго вечора", "Здравствуйте", "Hello")
WISHES = (
    ("Хочу записатися на манікюр до Анни {} о {}:00", ("завтра", "післязавтра")),
    ("Запишіть мене на педикюр {} о {}:00", ("завтра", "післязавтра")),
    ("Хочу на укладку до Олени {} о {}:00", ("завтра", "післязавтра")),
    ("Хочу записаться на маникюр {} в {}:00", ("завтра", "послезавтра")),
    ("I would like to book a manicure {} at {}:00", ("tomorrow", "the day after tomorrow")),
)
HOURS = (10, 11, 12, 15, 16, 17, 18)
ANSWERS = ("так", "так", "так", "ні", "да", "yes")
QUESTIONS = (
    "Скільки коштує педикюр?",
    "Які у мене записи?",
    "А які послуги є?",
    "Дякую",
    "Скасуйте мій запис",
)
HELP = "Покличте, будь ласка, адміністратора"


@dataclass
class Crowd:
    """So many clients with so many messages each, spread over `seconds`."""

    world: World
    clients: int
    messages: int
    seconds: float
    seed: int
    said: list[str] = field(default_factory=list)  # the channel's ids of all messages
    contacts: set[str] = field(default_factory=set)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Say everything; returns when the last client has said the last message."""
        plan = sorted(line for number in range(self.clients) for line in self._lines(number))
        elapsed = 0.0
        for at, number, text in plan:
            self._stopping.wait(max(0.0, at - elapsed))
            elapsed = max(elapsed, at)
            self._say(number, text)

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

    def _say(self, number: int, text: str) -> None:
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
        wish, days = chance.choice(WISHES)
        texts.append(wish.format(chance.choice(days), chance.choice(HOURS)))
        texts.append(chance.choice(ANSWERS))
        if chance.random() < 0.5:
            texts.append(chance.choice(QUESTIONS))
    if chance.random() < 0.05:
        texts[messages - 1] = HELP
    return texts[:messages]
