"""Reads the flow element "API request": JSON of our own template, with SendPulse's holes in it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogues.inbound.events import FLOW_REQUEST, Event, EventKind, Json, Person, Said, read_start
from dialogues.inbound.values import identifier, moment, phone_digits, real_value


def parse_flow_request(document: Json, zone: ZoneInfo) -> Event:
    """Read a flow's API request; its `date` is wall-clock time of the salon ("02.07.2025 19:18")."""
    text = real_value(document.get("response"))
    picture = real_value(document.get("image_url"))
    name = real_value(document.get("name"))
    media = {"url": picture[:2000]} if picture else None
    kind = "photo" if media else "text"
    payload = read_start(text)
    if payload is not None:
        kind, text, media = "start", "/start", {"payload": payload}
    return Event(
        kind=EventKind.INCOMING,
        title=FLOW_REQUEST,
        person=Person(
            contact_id=flow_contact(document),
            name=name[:200],
            phone=phone_digits(document.get("phone")),
            telegram_id=identifier(real_value(document.get("tg_id")))[:32],
        ),
        at=flow_moment(document.get("date"), zone),
        said=Said(kind=kind, text=text, media=media),
    )


def flow_contact(document: Json) -> str:
    """The contact of a flow's request, "" when SendPulse did not fill it in."""
    return identifier(real_value(document.get("contact_send_id")))


def flow_moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """A flow's date as aware UTC: wall clock of the zone, or what `moment()` reads; None for nonsense."""
    text = real_value(value)
    for pattern in ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return moment(value) if text else None
