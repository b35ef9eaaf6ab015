"""A salon that looks alive: four weeks of visits, and people who have just written to the bot."""

import time

from botbackend.workshop.launcher.demo_world import BOT_ID, PROJECT, Tell, World
from botbackend.workshop.launcher.product import manage

TALKS = (
    ("Наталія Кравчук", "Добрий день! Скільки коштує педикюр?"),
    ("Emma Wilson", "Hi! Is there anything free for a haircut on Saturday?"),
    ("Ірина Бойко", "Хочу поговорити з адміністратором, будь ласка"),
)


def furnish(world: World, tell: Tell) -> None:
    """Fill the weeks around today, and let some clients write; the inbox shows what comes of it."""
    tell("filling the four weeks around today with invented visits")
    manage(world.environment, ("furnish_salon", PROJECT))
    stamp = int(time.time())
    for number, (name, text) in enumerate(TALKS):
        who = {"contact": f"guest-{number}-{stamp}", "name": name, "bot_id": BOT_ID}
        telegram = {"telegram_id": 20_000_000 + 10 * stamp % 1_000_000 + number}
        world.stand_ins["sendpulse"].tell("client_says", {**who, **telegram, "text": text})
