"""The texts that only code may say: cards, receipts, refusals, and every other text by its key."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ai.wording.lines import booking_lines, visit_words, whole_card
from ai.wording.lines import slot_lines as _slot_lines
from ai.wording.values import rendered
from ai.wording.voice import Voice
from bookings.errors import BookingError
from bookings.models import Booking
from projects.models import Project

_STAFF_TAKE_OVER = {"client_blocked", "past_deadline"}


def say_text(*, project: Project, language: str, key: str, **values: Any) -> str:
    """Render one text by its key. KeyError when the key or the value of a placeholder is missing.

    Values may be strings, whole numbers, dates, times, aware moments, amounts (Decimal), weekdays, ranges of
    times, lists of bookings and lists of free slots; each is written as people do in that language.
    """
    voice = Voice.of(project, language)
    return voice.say(key, **{name: rendered(voice, value) for name, value in values.items()})


def card(
    *,
    project: Project,
    language: str,
    kind: str,
    bookings: Sequence[Booking],
    before: Sequence[Booking] = (),
    cancelled: Sequence[Booking] = (),
) -> str:
    """Render what the client is to say yes to. `kind` is book, change (`before`: as it is now) or cancel.

    `cancelled` are the visits that the yes to a change cancels beside it.
    """
    voice = Voice.of(project, language)
    near = voice.near
    values = {"lines": _lines(voice, kind, bookings, near=near)}
    if kind == "change":
        values["old"] = booking_lines(voice, before, near=near)
    if cancelled:
        values["cancelled"] = booking_lines(voice, cancelled, near=near)
        return voice.say("card_change_cancel", **values)
    return voice.say(f"card_{_kind(kind, bookings, before)}", **values)


def receipt(
    *,
    project: Project,
    language: str,
    kind: str,
    bookings: Sequence[Booking],
    before: Sequence[Booking] = (),
    cancelled: Sequence[Booking] = (),
) -> str:
    """Render what was done, from the committed rows; all but the rows is that of its card."""
    voice = Voice.of(project, language)
    lines = _lines(voice, kind, bookings)
    if cancelled:
        return voice.say("receipt_change_cancel", lines=lines, cancelled=booking_lines(voice, cancelled))
    return voice.say(f"receipt_{_kind(kind, bookings, before)}", lines=lines)


def told(
    *,
    project: Project,
    language: str,
    kind: str,
    bookings: Sequence[Booking],
    before: Sequence[Booking] = (),
) -> str:
    """Tell a client what staff did with a visit.

    `kind` is book, cancel, restore, away (its time does not hold), or change and services with `before`.
    """
    voice = Voice.of(project, language)
    values = {"lines": booking_lines(voice, bookings)}
    if kind in ("change", "services"):
        values["old"] = booking_lines(voice, before)
    return voice.say(f"told_{kind}", **values)


def _lines(voice: Voice, kind: str, bookings: Sequence[Booking], *, near: date | None = None) -> str:
    """Return what stands on a card; a visit that is given up is named, and no more."""
    if kind == "cancel":
        return booking_lines(voice, bookings, near=near)
    return whole_card(voice, bookings, total=kind == "book", near=near)


def _kind(kind: str, bookings: Sequence[Booking], before: Sequence[Booking] = ()) -> str:
    """Several visits have words of their own: one yes is for all. What keeps its hour is not moved."""
    if kind in ("cancel", "change") and len(bookings) > 1:
        return f"{kind}_all"
    keeps = kind == "change" and [row.start for row in bookings] == [row.start for row in before]
    return "alter" if keeps else kind


def refusal(*, project: Project, language: str, error: BookingError, kind: str = "book") -> str:
    """Tell why it could not be done, of several visits which one, and what is free instead.

    `kind` is that of the card.
    """
    voice = Voice.of(project, language)
    reason = voice.say(f"refused_{error.code}")
    if error.code in _STAFF_TAKE_OVER:
        return reason
    if error.items:
        reason = voice.say(
            "refused_one_of_changes" if kind == "change" else "refused_one_of",
            visit=visit_words(voice, error.items),
            reason=reason,
        )
    if not error.alternatives:
        return f"{reason} {voice.say('no_alternatives')}"
    return f"{reason}\n{voice.say('alternatives', slots=_slot_lines(voice, error.alternatives))}"
