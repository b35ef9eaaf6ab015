"""The lines that cards, receipts and lists are made of."""

from collections.abc import Sequence
from decimal import Decimal

from ai.wording.formats import capitalise, format_day, format_money, format_time, format_when
from ai.wording.voice import Voice
from bookings.models import Booking
from bookings.values import Slot


def booking_line(voice: Voice, booking: Booking) -> str:
    """Return "Манікюр — Анна, у вівторок, 25 листопада, о 17:00, 600 грн"."""
    text = voice.say(
        "visit_line",
        service=booking.service.name,
        specialist=booking.specialist.name,
        when=format_when(voice.language, voice.local(booking.start), today=voice.today),
    )
    if booking.price is None:
        return text
    price = format_money(voice.language, booking.price, voice.project.currency)
    return text + voice.say("price_suffix", price=price)


def booking_lines(voice: Voice, bookings: Sequence[Booking]) -> str:
    """Return one line per booking, in the order of the day."""
    return "\n".join(booking_line(voice, row) for row in sorted(bookings, key=lambda row: row.start))


def whole_visit(voice: Voice, bookings: Sequence[Booking], *, guest: str = "", total: bool = False) -> str:
    """Return the lines, the guest, and the sum when there are several services and each has a price."""
    parts = [booking_lines(voice, bookings)]
    names = dict.fromkeys([guest] if guest else [row.guest_name for row in bookings if row.guest_name])
    if names:
        parts.append(voice.say("guest_line", guest=", ".join(names)))
    prices = [row.price for row in bookings if row.price is not None]
    if total and len(prices) == len(bookings) > 1:
        amount = format_money(voice.language, sum(prices, Decimal(0)), voice.project.currency)
        parts.append(voice.say("total_line", total=amount))
    return "\n".join(parts)


def slot_lines(voice: Voice, slots: Sequence[Slot]) -> str:
    """Return the free times by day and specialist: "Вівторок, 25 листопада: 10:00, 11:30 (Анна)"."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for slot in slots:
        start = voice.local(slot.start)
        day = capitalise(format_day(voice.language, start.date(), today=voice.today))
        grouped.setdefault((day, slot.specialist), []).append(format_time(start))
    return "\n".join(
        voice.say("slot_line", day=day, times=", ".join(dict.fromkeys(times)), specialist=specialist)
        for (day, specialist), times in grouped.items()
    )
