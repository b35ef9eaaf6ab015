"""What must hold after the demo's conversation. Each function returns the problems it finds, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MONTHS = (
    *("січня", "лютого", "березня", "квітня", "травня", "червня"),
    *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """The visit the demo's client asked for; `start` is aware, in the salon's zone."""

    contact_id: str
    client: str
    specialist: str
    service: str
    start: datetime

    @property
    def day(self) -> str:
        """The day as a Ukrainian says it: 24 листопада."""
        return f"{self.start.day} {MONTHS[self.start.month - 1]}"

    def sheet_row(self) -> list[str]:
        """Columns A to F of the salon's spreadsheet."""
        start = self.start
        times = [f"{start:%d.%m}", f"{start:%d.%m.%Y}", f"{start:%H:%M}"]
        return [*times, self.contact_id, self.client, self.service]


def names_visit(text: str, visit: Visit) -> bool:
    """True if the text names the day and the time of the visit."""
    days = (visit.day, f"{visit.start:%d.%m}", f"{visit.start:%Y-%m-%d}")
    return f"{visit.start:%H:%M}" in text and any(day in text.lower() for day in days)


def booking_problems(bookings: Sequence[Json], visit: Visit) -> list[str]:
    """The client has exactly one booking: booked, and the one that was asked for."""
    if len(bookings) != 1:
        return [f"the client should have exactly one booking and has {len(bookings)}"]
    booking = bookings[0]
    client = booking.get("client") or {}
    pairs = {
        "status": (booking.get("status"), "booked"),
        "start": (datetime.fromisoformat(str(booking.get("start"))), visit.start),
        "specialist": (booking.get("specialist"), visit.specialist),
        "service": (booking.get("service"), visit.service),
        "contact": (client.get("contact_id"), visit.contact_id),
        "source": (booking.get("source"), "bot"),
    }
    return [
        f"the booking's {name} is {found}, not {wanted}"
        for name, (found, wanted) in pairs.items()
        if found != wanted
    ]


def sheet_rows_of(values: Sequence[Sequence[Any]], visit: Visit) -> list[list[str]]:
    """The rows (A to F) of a worksheet that belong to the client."""
    rows = [[str(cell) for cell in row[:6]] for row in values]
    return [row for row in rows if len(row) == 6 and row[3] == visit.contact_id]


def sheet_problems(values: Sequence[Sequence[Any]], visit: Visit) -> list[str]:
    """The specialist's worksheet has exactly one row of the client, with the visit's values."""
    rows = sheet_rows_of(values, visit)
    if len(rows) != 1:
        return [f"the sheet should have exactly one row of the client and has {len(rows)}"]
    wanted = visit.sheet_row()
    return [
        f"column {letter} of the sheet is {cell!r}, not {expected!r}"
        for letter, cell, expected in zip("ABCDEF", rows[0], wanted, strict=True)
        if cell != expected
    ]


def sent_texts(requests: Sequence[Json], visit: Visit) -> list[str]:
    """What SendPulse accepted for the client, oldest first; a "typing" sign is no text."""
    bodies = [r["body"] for r in requests if r["status"] == 200 and isinstance(r["body"], dict)]
    messages = [b.get("message") or {} for b in bodies if b.get("contact_id") == visit.contact_id]
    return [str(message["text"]) for message in messages if "text" in message]


def receipt_problems(texts: Sequence[str], visit: Visit, *, live: bool = False) -> list[str]:
    """A card and, after the yes, a receipt were sent, both with the visit's day and time.

    A `live` model may have said or asked something before.
    """
    if len(texts) < 2 or (len(texts) > 2 and not live):
        return [f"the client should have got a proposal and a receipt and got {len(texts)} messages"]
    names = ("proposal", "receipt")
    return [
        f"the {name} does not name {visit.day}, {visit.start:%H:%M}: {text!r}"
        for name, text in zip(names, texts[-2:], strict=True)
        if not names_visit(text, visit)
    ]


def webhook_problems(requests: Sequence[Json], visit: Visit) -> list[str]:
    """Every event of the client that SendPulse posted was taken with a 200."""
    events = [(r, event) for r in requests for event in r["notes"].get("events", [])]
    mine = [r for r, event in events if (event.get("contact") or {}).get("id") == visit.contact_id]
    if not mine:
        return ["SendPulse posted no webhook for the client"]
    return [f"a webhook was answered {r['status']}" for r in mine if r["status"] != 200]


def stand_in_problems(states: Mapping[str, Json]) -> list[str]:
    """No stand-in saw a request it had to object to, nor a formula in the sheet, nor broke itself."""
    found = []
    for name, state in states.items():
        found += [f"the {name} stand-in broke: {bug.strip().splitlines()[-1]}" for bug in state["bugs"]]
    google = states["google"]
    found += [f"a formula was written to the sheet: {cell}" for cell in google["formula_cells"]]
    found += [f"a formula was written to the sheet: {cell}" for cell in google["formula_writes"]]
    return [*found, *_claude_problems(states["claude"])] if "claude" in states else found


def _claude_problems(state: Json) -> list[str]:
    found = [f"Claude was sent an invalid request: {violation}" for violation in state["violations"]]
    if not state["usage"]:
        found.append("Claude was never asked: the reply came from somewhere else")
    return found
