"""Values of the placeholders as a client might read them, made of the salon's own services and people."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from ai.wording.formats import (
    capitalise,
    format_date,
    format_day,
    format_duration,
    format_money,
    format_range,
    format_time,
    format_when,
    name_weekday,
)
from ai.wording.placeholders import fill
from ai.wording.voice import Voice
from bookings.catalogue import catalogue
from projects.models import Project

_FALLBACK = {
    "uk": ("Манікюр", "Анна", "прийду з подругою"),
    "ru": ("Маникюр", "Анна", "приду с подругой"),
    "en": ("Manicure", "Anna", "I come with a friend"),
    "pl": ("Manicure", "Anna", "przyjdę z przyjaciółką"),
}
_OPENS, _CLOSES = time(9), time(20)


def example_values(project: Project, language: str) -> dict[str, str]:
    """Return a value for every placeholder of every text, in that language."""
    voice = Voice.of(project, language)
    service, specialist, note = _FALLBACK[language]
    price = Decimal(600)
    found = catalogue(project=project)
    if found.services:
        service = found.services[0].name_in(language)
        price = found.services[0].price.amount if found.services[0].price else price
    if found.specialists:
        specialist = found.specialists[0].name_in(language)
    start = _example_start(voice)
    money = format_money(language, price, project.currency)
    line = voice.say(
        "visit_line",
        service=service,
        specialist=specialist,
        when=format_when(language, start, today=voice.today),
    ) + voice.say("price_suffix", price=money)
    day = capitalise(format_day(language, start.date(), today=voice.today))
    slots = voice.say("slot_line", day=day, times="10:00, 15:00", specialist=specialist)
    return {
        **dict.fromkeys(("lines", "old", "bookings", "visit", "cancelled"), line),
        **dict.fromkeys(("price", "total", "to"), money),
        **{name: format_time(start) for name in ("time", "first")},
        "salon": project.name,
        "service": service,
        "specialist": specialist,
        "guest": specialist,
        "note": note,
        "when": format_when(language, start, today=voice.today),
        "day": day,
        "date": format_date(language, start.date(), today=voice.today),
        "times": "10:00, 15:00",
        "second": "15:30",
        "slots": slots,
        "reason": voice.say("refused_slot_taken"),
        "duration": format_duration(language, 60),
        "days": name_weekday(language, 0),
        "actual": name_weekday(language, start.weekday()),
        "named": name_weekday(language, (start.weekday() + 1) % 7),
        "hours": format_range(language, _OPENS, _CLOSES),
        "menu": f"1. {service}\n2. {specialist}",
    }


def _example_start(voice: Voice) -> datetime:
    """Tomorrow at three, on the salon's clock."""
    tomorrow = timezone.now().astimezone(voice.zone) + timedelta(days=1)
    return tomorrow.replace(hour=15, minute=0, second=0, microsecond=0)


def filled(text: str, values: dict[str, str]) -> str:
    """Return the text with the values; names that are unknown stay as they are written."""
    return fill(text, _Named(values))


class _Named(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
