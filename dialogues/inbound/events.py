"""Reads SendPulse events: documented, captured and guessed shapes, and whatever else may come.

Nothing here raises for odd content. What is not understood is left out; the raw event keeps it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from botbackend.lib.text import canonical
from dialogues.inbound.commands import read_start
from dialogues.inbound.contents import (
    button_text,
    content_of,
    edit_date,
    message_nodes,
    node,
    text_of,
    unread,
)
from dialogues.inbound.values import clean, identifier, moment, real_value

Json = dict[str, Any]
_write_sorted = json.JSONEncoder(default=str, sort_keys=True).encode

_SPELLINGS = {
    "outbound_message": "outgoing_message",
    "opened_live_chat": "open_chat",
    "bot_unsubscribe": "unsubscribe",
    "bot_unsubscribed": "unsubscribe",
    "unsubscribed": "unsubscribe",
    "bot_blocked": "bot_block",
}
FLOW_REQUEST = "flow_request"
UNKNOWN = "unknown"  # the kind of a message that says nothing to anybody here
UNREADABLE = "unreadable"  # a body that nobody can take for an event, kept as its text


class EventKind(Enum):
    """What an event means for a dialogue."""

    INCOMING = "incoming_message"
    OUTGOING = "outgoing_message"
    SUBSCRIBED = "new_subscriber"
    CLOSED = "closed"
    OTHER = "other"


_KINDS = {
    "incoming_message": EventKind.INCOMING,
    "outgoing_message": EventKind.OUTGOING,
    "new_subscriber": EventKind.SUBSCRIBED,
    "unsubscribe": EventKind.CLOSED,
    "bot_block": EventKind.CLOSED,
}


@dataclass(frozen=True)
class Person:
    """The contact of an event; empty where it was not told. `phones`: what may be one, the surest first."""

    contact_id: str = ""
    name: str = ""
    phones: tuple[str, ...] = ()
    telegram_id: str = ""


@dataclass(frozen=True)
class Said:
    """The message of an event. `sent_by` names the person behind an outgoing one, None: a program.

    `edited_at` (aware, UTC): this is a new text of a message that was sent before.
    """

    kind: str = "text"
    text: str = ""
    media: Json | None = None
    external_id: str = ""
    channel_message_id: str = ""
    sent_by: str | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """A whole event; `at` (aware, UTC) is the channel's date, None if it told none."""

    kind: EventKind
    title: str
    person: Person
    at: datetime | None = None
    said: Said | None = None
    last_text: str = field(default="", repr=False)  # the contact's last incoming text, whatever the event


def title_of(event: Json) -> str:
    """The title in SendPulse's own spelling, at most 64 characters."""
    title = event.get("title")
    text = clean(title).strip()[:64] if isinstance(title, str) else ""
    return _SPELLINGS.get(text, text)


def bot_id_of(event: Json) -> str:
    """The id of the bot, "" if there is none."""
    return identifier(node(event, "bot").get("id"))


def contact_id_of(event: Json) -> str:
    """The id of the contact, "" if there is none."""
    return identifier(node(event, "contact").get("id"))


def dedupe_key_of(event: Json, *, title: str, bot_id: str, contact_id: str) -> str:
    """A hash that is equal for two deliveries of one event, whatever else they carry."""
    external = identifier(node(node(event, "info"), "message").get("id"))
    message, outer = message_nodes(event)
    if edited := edit_date(message, outer):
        number = external or identifier(outer.get("message_id"))
        return _hash(["edit", title, bot_id, contact_id, number, edited, text_of(message)])
    if external:
        return _hash(["id", title, external])
    number = identifier(outer.get("message_id"))
    if number and _KINDS.get(title) in {EventKind.INCOMING, EventKind.OUTGOING}:
        return _hash(["number", title, bot_id, contact_id, number])
    if _KINDS.get(title) is EventKind.INCOMING:
        return _hash(["text", title, bot_id, contact_id, event.get("date"), text_of(message)])
    return _hash(["event", title, bot_id, contact_id, event.get("date"), event.get("info")])


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(_write_sorted(parts).encode()).hexdigest()


def parse(event: Json) -> Event:
    """Read an event as far as it can be understood."""
    title = title_of(event)
    kind = _KINDS.get(title, EventKind.OTHER)
    said = None
    if kind in {EventKind.INCOMING, EventKind.OUTGOING}:
        said = _said(event, kind)
    last = node(event, "contact").get("last_message")
    return Event(
        kind=kind,
        title=title,
        person=_person(event, said),
        at=moment(event.get("date")),
        said=said,
        last_text=clean(last).strip() if isinstance(last, str) else "",
    )


def _said(event: Json, kind: EventKind) -> Said:
    message, outer = message_nodes(event)
    info = node(node(event, "info"), "message")
    what, media = content_of(message)
    text = text_of(message)
    button = node(message, "callback_query") or node(outer, "callback_query") or node(message, "button")
    if button or isinstance(message.get("callback_query"), str):
        what = "button"
        text = text or button_text(button)
    if what == "text" and not canonical(text):
        what, text, media = UNKNOWN, "", unread(message)
    said = Said(
        kind=what,
        text=text.strip(),
        media=media,
        external_id=identifier(info.get("id")),
        channel_message_id=identifier(outer.get("message_id"))[:32],
        sent_by=_sender(info.get("sent_by")),
        edited_at=moment(edit_date(message, outer)),
    )
    return tell_start(said) if kind is EventKind.INCOMING else said


def tell_start(said: Said) -> Said:
    """What was said, a /start told from the words beside it."""
    start = read_start(said.text) if said.kind == "text" else None
    if start is None:
        return said
    media = {"payload": start.payload}
    if start.words:
        return replace(said, text=start.words, media=media)
    return replace(said, kind="start", text="/start", media=media)


def _sender(value: Any) -> str | None:
    """The person behind an outgoing message; null, [] and {} mean a program."""
    if not value or isinstance(value, bool):
        return None
    if isinstance(value, dict):
        names = [value.get(name) for name in ("firstname", "lastname", "name", "email")]
        told = [clean(name).strip() for name in names if isinstance(name, str) and name.strip()]
        return " ".join(told[:2])[:100] or "an operator"
    return clean(value).strip()[:100] or None if isinstance(value, str) else "an operator"


def _person(event: Json, said: Said | None) -> Person:
    contact = node(event, "contact")
    telegram_id = identifier(contact.get("telegram_id"))[:32]
    name = contact.get("name")
    phones = [
        contact.get("phone"),
        *(node(contact, "variables").get(key) for key in ("phone", "Phone", "tel")),
    ]
    if said is not None and said.kind == "contact" and _is_own_card(said.media or {}, telegram_id):
        phones.insert(0, (said.media or {}).get("phone_number"))
    return Person(
        contact_id=contact_id_of(event),
        name=real_value(name)[:200],
        phones=tuple(filter(None, map(real_value, phones))),
        telegram_id=telegram_id,
    )


def _is_own_card(card: Json, telegram_id: str) -> bool:
    """Is the shared contact the client's own, not somebody else's?"""
    owner = identifier(card.get("user_id"))
    return not owner or not telegram_id or owner == telegram_id
