"""Turns the values of a text into words of its language."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ai.language.numbers.mentions import DayOfWeek
from ai.wording.formats import (
    format_date,
    format_money,
    format_range,
    format_time,
    format_when,
    join_words,
    name_weekday,
)
from ai.wording.lines import booking_lines, price_words, slot_lines
from ai.wording.voice import Voice
from bookings.models import Booking
from bookings.models.prices import Price
from bookings.values import Slot


def rendered(voice: Voice, value: Any) -> str:
    """Return the value as people write it; TypeError for a kind of value that no text can hold."""
    if isinstance(value, str):
        return value
    if isinstance(value, DayOfWeek):
        return name_weekday(voice.language, value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return format_when(voice.language, voice.local(value), today=voice.today, near=voice.near)
    if isinstance(value, date):
        return format_date(voice.language, value, today=voice.today)
    if isinstance(value, time):
        return format_time(value)
    if isinstance(value, Decimal):
        return format_money(voice.language, value, voice.project.currency)
    if isinstance(value, Price):
        return price_words(voice, value)
    return _listed(voice, list(value))


def _listed(voice: Voice, values: list[Any]) -> str:
    if all(isinstance(value, Booking) for value in values):
        return booking_lines(voice, values, near=voice.near)
    if all(isinstance(value, Slot) for value in values):
        return slot_lines(voice, values)
    if all(isinstance(value, tuple) for value in values):
        return join_words(voice.language, [format_range(voice.language, *value) for value in values])
    return ", ".join(rendered(voice, value) for value in values)
