"""What Claude costs per booked visit, against the pipeline of the seed on the same dialogues.

The seed asks three times per client message, uncached: intent, service, reply, each with its prompt, the
catalogue and the history. Both sides are counted by the stand-in's usage figures and one price table. The
seed's model is the main one for all three calls; a second row is kinder to it and lets the fast model do two.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from ai.claude.client import Caller
from ai.claude.models import knobs
from ai.facts.salon import dump, read_salon
from ai.models import PromptVersion, Turn
from ai.turn.reply import models_of
from bookings.models import Booking
from botbackend.workshop.bench._large_salon import large_config
from botbackend.workshop.bench._talks import Chat, TalkingSalon, running_salon, script_claude
from botbackend.workshop.bench.row import Options, Row

NAME = "Claude cost and round trips per booked visit"
MONTHS = (
    *("січня", "лютого", "березня", "квітня", "травня", "червня"),
    *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
)
PRICE = (
    {"understand": {"wants": "question", "about": "Манікюр"}},
    {"say": "Манікюр коштує {price Манікюр}."},
)
OFFER = {"say": "Є вільний час:\n{slots}\nЩо вам підходить?"}
CLOCKS = ("10:00", "11:00", "12:00", "13:00", "15:00", "16:00", "17:00", "18:00")


@dataclass(frozen=True)
class Bill:
    """Dollars and requests of one side."""

    dollars: Decimal
    requests: int


def run(options: Options) -> list[Row]:
    """Play the dialogues once, then send the seed's three calls for the very same messages."""
    with running_salon(**large_config()) as salon:
        chats = _play(salon, 12 if options.quick else 48)
        visits = Booking.objects.filter(project=salon.project, status="booked").count()
        ours = Turn.objects.aggregate(dollars=Sum("cost_usd"), requests=Sum("calls"))
        mine = Bill(ours["dollars"], ours["requests"])
        share = _cache_share()
        models = models_of(salon.project)
        seed = _seed(salon, chats, models.main, models.main)
        kinder = _seed(salon, chats, models.fast, models.main)
        state = salon.claude.control("state")
        problems = len(state["violations"]) + len(state["unexpected"])
    note = f"{visits} visits of {len(chats)} dialogues"
    return [
        Row("visits booked by the dialogues", visits, "", target=len(chats), better="higher"),
        Row("ours, per visit", float(mine.dollars / visits), "$", note=note),
        Row("three uncached calls, main model", float(seed.dollars / visits), "$"),
        Row("ours / three calls", float(mine.dollars / seed.dollars), "x", target=0.2),
        Row("ours / three calls, two of them fast", float(mine.dollars / kinder.dollars), "x"),
        Row("requests per visit, ours", mine.requests / visits, ""),
        Row("requests per visit, three calls", seed.requests / visits, ""),
        Row("prompt tokens read from the cache", share, ""),
        Row("invalid and unexpected requests", problems, "", target=0),
    ]


def _play(salon: TalkingSalon, count: int) -> list[list[tuple[str, str]]]:
    """Let `count` clients book; returns per dialogue what was said and answered."""
    played = []
    for number in range(count):
        chat = Chat(salon, f"client-{number}")
        day, clock = _workday(number // len(CLOCKS)), CLOCKS[number % len(CLOCKS)]
        played.append([(line, chat.say(line, *answers)) for line, *answers in _lines(number, day, clock)])
    return played


def _lines(number: int, day: date, clock: str) -> list[tuple[Any, ...]]:
    """What a client writes, each message with what the model answers to it; three ways by turns."""
    said = f"{day.day} {MONTHS[day.month - 1]}"
    some = {"book": "Манікюр", "with": "Анна", "day": day.isoformat()}
    whole = {"understand": {**some, "at": clock}}
    ways: tuple[list[tuple[Any, ...]], ...] = (
        [
            ("Добрий день! Скільки коштує манікюр?", *PRICE),
            (f"Запишіть мене на манікюр до Анни {said} о {clock}", whole),
            ("так",),
        ],
        [(f"Хочу на манікюр до Анни {said} о {clock}", whole), ("так",)],
        [
            (f"Добрий день, хочу на манікюр до Анни {said}", {"understand": some}, OFFER),
            (f"о {clock}", whole),
            ("так, дякую",),
        ],
    )
    return ways[number % len(ways)]


def _workday(number: int) -> date:
    """The number-th Monday to Friday from tomorrow on."""
    day = timezone.localdate() + timedelta(days=2)
    while day.weekday() > 4 or number > 0:
        number -= day.weekday() <= 4
        day += timedelta(days=1)
    return day


def _cache_share() -> float:
    sums = Turn.objects.aggregate(
        read=Sum("cache_read_tokens"), written=Sum("cache_write_tokens"), fresh=Sum("input_tokens")
    )
    return float(sums["read"] / (sums["read"] + sums["written"] + sums["fresh"]))


def _seed(salon: TalkingSalon, dialogues: list[list[tuple[str, str]]], early: str, late: str) -> Bill:
    """Send what the seed would have sent for the same messages."""
    block = read_salon(project=salon.project)
    catalogue = dump(block.catalogue_json())
    notes = dump({"hours": block.hours_json(), "notes": [note.as_json() for note in block.notes]})
    systems = [
        (early, "\n".join([block.prompts[PromptVersion.Name.INTENT].text, catalogue])),
        (early, "\n".join([block.prompts[PromptVersion.Name.SERVICE].text, catalogue])),
        (late, "\n".join([block.prompts[PromptVersion.Name.RESPONSE].text, catalogue, notes])),
    ]
    caller = Caller(project="seed", seconds=3600)
    for lines in dialogues:
        history: list[dict[str, Any]] = []
        for said, answered in lines:
            history.append({"role": "user", "content": said})
            forms = (
                {"say": '{"intent": "booking"}'},
                {"say": '{"service": "Манікюр", "specialist": "Анна"}'},
            )
            script_claude(salon.claude, *forms, {"say": answered})
            for model, system in systems:
                request = {"max_tokens": 1500, "system": system, "messages": list(history)}
                caller.ask("seed", model, request | knobs(model))
            history.append({"role": "assistant", "content": answered})
    return Bill(caller.cost_usd, len(caller.calls))
