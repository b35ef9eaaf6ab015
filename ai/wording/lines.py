"""The lines that cards, receipts and lists are made of."""

from collections.abc import Sequence
from datetime import date

from ai.wording.formats import capitalise, format_day, format_low, format_money, format_time, format_when
from ai.wording.voice import Voice
from bookings.models import Booking, Service
from bookings.models.prices import Price, total_price
from bookings.values import Item, Slot


def booking_line(voice: Voice, booking: Booking, *, near: date | None = None) -> str:
    """Return "Манікюр — Анна, у вівторок, 25 листопада, о 17:00, 600 грн (прийде Настя)".

    `near` is the date on which that is read, for what is asked and offered: "завтра, 25 листопада".
    """
    text = voice.say(
        "visit_line",
        service=booking.service.name_in(voice.language),
        specialist=booking.specialist.name_in(voice.language),
        when=format_when(voice.language, voice.local(booking.start), today=voice.today, near=near),
    )
    text += price_suffix(voice, booking.full_price)
    if booking.guest_name:
        text += f" {voice.say('guest_suffix', guest=booking.guest_name)}"
    return text


def price_suffix(voice: Voice, price: Price | None) -> str:
    """Return ", 600 грн"; "" where no price is told."""
    return "" if price is None else voice.say("price_suffix", price=price_words(voice, price))


def price_words(voice: Voice, price: Price) -> str:
    """Return "600 грн", "від 1800 грн" or "від 1800 до 2800 грн": the one place where a price is worded."""
    language, currency = voice.language, voice.project.currency
    whole = format_money(language, price.amounts[-1], currency)
    if price.to is not None:
        return voice.say("price_range", price=format_low(language, price.amount, currency), to=whole)
    return voice.say("price_from", price=whole) if price.is_from else whole


def booking_lines(voice: Voice, bookings: Sequence[Booking], *, near: date | None = None) -> str:
    """Return one line per booking, in the order of the day."""
    in_order = sorted(bookings, key=lambda row: row.start)
    return "\n".join(booking_line(voice, row, near=near) for row in in_order)


def whole_card(
    voice: Voice, bookings: Sequence[Booking], *, total: bool = False, near: date | None = None
) -> str:
    """Return all lines, the sum when there are several and each has a price, and the client's remarks."""
    parts = [booking_lines(voice, bookings, near=near)]
    whole = total_price(row.full_price for row in bookings) if total and len(bookings) > 1 else None
    if whole is not None:
        parts.append(voice.say("total_line", total=price_words(voice, whole)))
    remarks = dict.fromkeys(line for row in bookings for line in row.note.splitlines())
    if remarks:
        parts.append(voice.say("note_line", note="; ".join(remarks)))
    return "\n".join(parts)


def visit_words(voice: Voice, items: Sequence[Item]) -> str:
    """Return "Манікюр, Педикюр, у вівторок, 25 листопада, о 17:00"."""
    found = Service.objects.filter(project=voice.project).in_bulk({item.service_id for item in items})
    names = [found[item.service_id].name_in(voice.language) for item in items if item.service_id in found]
    when = format_when(voice.language, voice.local(items[0].start), today=voice.today, near=voice.near)
    return ", ".join([*names, when])


def slot_lines(voice: Voice, slots: Sequence[Slot]) -> str:
    """Return the free times by day and specialist: "Вівторок, 25 листопада: 10:00, 11:30 (Анна)".

    Where specialists ask unequal prices for one service, theirs stand beside them.
    """
    asked = {(slot.service_id, slot.price) for slot in slots}
    unequal = len(asked) > len({service for service, _ in asked})
    grouped: dict[tuple[str, str], list[str]] = {}
    for slot in slots:
        start = voice.local(slot.start)
        day = capitalise(format_day(voice.language, start.date(), today=voice.today, near=voice.near))
        who = slot.specialist_in(voice.language) + (price_suffix(voice, slot.price) if unequal else "")
        grouped.setdefault((day, who), []).append(format_time(start))
    return "\n".join(
        voice.say("slot_line", day=day, times=", ".join(dict.fromkeys(times)), specialist=specialist)
        for (day, specialist), times in grouped.items()
    )
