"""Reads and answers the flow element "API request": JSON of our own template with holes in it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogues.inbound.events import FLOW_REQUEST, Event, EventKind, Json, Person, Said, tell_start
from dialogues.inbound.values import clean, identifier, moment, real_value

_YES = {"true", "1", "yes"}


@dataclass(frozen=True)
class Asked:
    """What a flow's request says, holes filled with nothing."""

    contact_id: str
    text: str
    has_content: bool
    is_legible: bool  # nothing was said, or it was said in words
    is_retry: bool
    fingerprint: str


def is_request(document: Json) -> bool:
    """Is this JSON object a flow's API request rather than a native event?"""
    return "project_id" in document and "response" in document


def slug_of(document: Json) -> str:
    """The project id that the request names, "" for nonsense."""
    slug = document.get("project_id")
    return slug if isinstance(slug, str) and slug.isascii() and slug.isprintable() else ""


def read(document: Json) -> Asked:
    """What the request says. The fingerprint tells a repeat of it."""
    text = real_value(document.get("response"))
    contact_id = flow_contact(document)
    parts = [contact_id, document.get("date"), text, document.get("image_url")]
    line = json.dumps(parts, default=str)
    return Asked(
        contact_id=contact_id,
        text=text,
        has_content=bool(text or real_value(document.get("image_url"))),
        is_legible=bool(text) or isinstance(document.get("response"), str | None),
        is_retry=str(document.get("retry", "")).strip().lower() in _YES,
        fingerprint=hashlib.sha256(line.encode()).hexdigest(),
    )


def reply(document: Json, text: str) -> Json:
    """TRUE: the flow is to send this text."""
    return _tell(document, send="TRUE", text=text, count="0", status="200")


def say_nothing(document: Json, *, status: str = "200") -> Json:
    """FALSE with a null count: another request answers, or the reply is pushed."""
    return _tell(document, send="FALSE", text="", count=None, status=status)


def _tell(document: Json, *, send: str, text: str, count: str | None, status: str) -> Json:
    said = document.get("response")
    return {
        "send_status": send,
        "gpt_response": text,
        "pic": "",
        "count": count,
        "status": status,
        "user_message": clean(said) if isinstance(said, str) else "",
    }


def event_of(document: Json, zone: ZoneInfo) -> Event:
    """The request as the event that it is; its `date` is the salon's wall clock ("02.07.2025 19:18")."""
    text = real_value(document.get("response"))
    picture = real_value(document.get("image_url"))
    name = real_value(document.get("name"))
    media = {"url": picture[:2000]} if picture else None
    return Event(
        kind=EventKind.INCOMING,
        title=FLOW_REQUEST,
        person=Person(
            contact_id=flow_contact(document),
            name=name[:200],
            phones=(real_value(document.get("phone")),),
            telegram_id=identifier(real_value(document.get("tg_id")))[:32],
        ),
        at=flow_moment(document.get("date"), zone),
        said=tell_start(Said(kind="photo" if media else "text", text=text, media=media)),
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
