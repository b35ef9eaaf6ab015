"""What a turn costs us: CPU and SQL, without the time of Claude and SendPulse, and with years of data.

A talk is a question, a wish, and a yes: three turns, the last of which books.
"""

import itertools
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ai.models import Turn
from bookings.models import Booking
from botbackend.workshop.bench._talks import Chat, TalkingSalon, running_salon
from botbackend.workshop.bench._years import fill_years
from botbackend.workshop.bench.row import Options, Row

NAME = "A turn's own cost"
OTHERS = 2000
QUESTION = "Добрий день! Скільки коштує манікюр?"
ANSWERS = ({"understand": {"wants": "question", "about": "Манікюр"}}, {"say": "Манікюр коштує 450 грн."})


def run(options: Options) -> list[Row]:
    """Measure on an empty salon, then with the history of years behind every table."""
    talks = 6 if options.quick else 25
    messages = 100_000 if options.quick else 1_000_000
    moments = _moments()
    bare = _bare_view_cpu()
    with running_salon() as salon:
        _talk(salon, moments, talks=2)
        cpu, statements = _measure(salon, moments, talks)
        fill_years(project_id=salon.project.pk, clients=OTHERS, messages=messages)
        _talk(salon, moments, talks=2)
        old_cpu, old_statements = _measure(salon, moments, talks)
        visits = Booking.objects.filter(status="booked").count()
        failed = Turn.objects.exclude(outcome="replied").count()
    bare = statistics.mean((bare, _bare_view_cpu()))
    grown = f", {messages:,} messages"
    return [
        Row("CPU per turn", cpu * 1000, "ms", note="median, this process only"),
        Row(f"CPU per turn{grown}", old_cpu * 1000, "ms"),
        Row("CPU of a bare Django view with one INSERT", bare * 1000, "ms"),
        Row("CPU of a turn, of that view", cpu / bare, "x", target=20),
        Row("CPU, with / without years of data", old_cpu / cpu, "x", target=1.3, note="flat"),
        Row("SQL statements per turn", statistics.mean(statements), "", target=30, note=str(statements)),
        Row(f"SQL statements per turn{grown}", statistics.mean(old_statements), "", target=30),
        Row("visits booked by the talks", visits, "", target=2 * (talks + 3), better="higher"),
        Row("turns that failed", failed, "", target=0),
    ]


def _bare_view_cpu() -> float:
    """CPU seconds of one request, in a process that has nothing of the product in it."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "botbackend.workshop.bench._bare_settings"}
    command = [sys.executable, "-m", "botbackend.workshop.bench._bare_cost"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return float(done.stdout)


def _moments() -> Iterator[datetime]:
    """Days and times at which the specialist works and nobody has booked yet."""
    today = timezone.localdate()
    for ahead, hour in itertools.product(range(2, 58), (10, 11, 12, 15, 16, 17)):
        day = today + timedelta(days=ahead)
        if day.weekday() < 5:
            yield datetime.combine(day, time(hour))


def _understood(moment: datetime) -> dict[str, Any]:
    wish = {"book": "Манікюр", "with": "Анна", "day": f"{moment:%Y-%m-%d}", "at": f"{moment:%H:%M}"}
    return {"understand": wish}


def _talk(
    salon: TalkingSalon, moments: Iterator[datetime], *, talks: int, counting: bool = False
) -> list[float]:
    """Let clients book; returns what each of their turns cost."""
    turns: list[float] = []
    for _ in range(talks):
        moment = next(moments)
        chat = Chat(salon, f"client {moment}", counting=counting)
        chat.say(QUESTION, *ANSWERS)
        chat.say(f"Запишіть на манікюр до Анни {moment:%d.%m} о {moment:%H:%M}", _understood(moment))
        chat.say("так")
        turns += chat.turns
    return turns


def _measure(salon: TalkingSalon, moments: Iterator[datetime], talks: int) -> tuple[float, list[int]]:
    """Median CPU seconds of a turn, and the statements of each turn of one talk."""
    cpu = statistics.median(_talk(salon, moments, talks=talks))
    return cpu, [round(count) for count in _talk(salon, moments, talks=1, counting=True)]
