"""The bots, contacts and messages that the SendPulse stand-in keeps."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botbackend.workshop.sandbox.wire import Json

ACTIVE, UNSUBSCRIBED, DISABLED, BLOCKED = 1, 2, 3, 4
INCOMING, OUTGOING = 1, 2
SENT, DELIVERED = 2, 3
TYPE_EXTERNAL_CHAT, TYPE_OPERATOR = 2, 5

DEMO_BOT = "6671465ac84ab24b4702fa25"


def object_id(seconds: float) -> str:
    """A 24-hex id that begins with its time, as SendPulse's do."""
    return f"{int(seconds):08x}{secrets.token_hex(8)}"


def stamp(seconds: float) -> str:
    """The time format of SendPulse's objects."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


@dataclass(slots=True)
class Bot:
    """A Telegram bot of the account."""

    id: str
    name: str
    external_id: int = 6934241673
    variables: set[str] = field(default_factory=lambda: {"phone", "language", "name", "next_visit"})

    @property
    def token(self) -> str:
        """The bot's token at Telegram."""
        return f"{self.external_id}:AAstandin-{self.id}"

    def as_event(self) -> Json:
        """The `bot` of a webhook event."""
        return {
            "id": self.id,
            "external_id": self.external_id,
            "channel": "TELEGRAM",
            "name": self.name,
            "url": "https://t.me/salon_demo_bot",
        }


@dataclass(slots=True)
class Message:
    """A message of either direction; `content` has the form of Telegram's Message object."""

    id: str
    telegram_id: int
    direction: int
    content: Json
    at: float
    sent_by: Json | None = None
    channel: str = "ma_chat"
    type: int = TYPE_EXTERNAL_CHAT

    @property
    def text(self) -> str:
        """The text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def sender(self) -> str:
        """client, bot or operator."""
        if self.direction == INCOMING:
            return "client"
        return "operator" if self.sent_by else "bot"


@dataclass(slots=True)
class Contact:
    """A subscriber of one bot. `slug` is the short name by which controls and the chat page call it."""

    id: str
    bot: Bot
    slug: str
    name: str
    telegram_id: int
    created_at: float
    username: str | None = None
    phone: str | None = None
    language: str = "uk"
    status: int = ACTIVE
    tags: list[str] = field(default_factory=list)
    variables: Json = field(default_factory=dict)
    is_chat_opened: bool = False
    paused_until: float = 0
    started: bool = False
    messages: list[Message] = field(default_factory=list)
    typing_until: float = 0

    def as_event(self) -> Json:
        """The `contact` of a webhook event; `variables` is a list when empty, as SendPulse sends it."""
        last = next((m for m in reversed(self.messages) if m.direction == INCOMING), None)
        event: Json = {
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "telegram_id": str(self.telegram_id),
            "phone": self.phone,
            "email": None,
            "photo": None,
            "tags": list(self.tags),
            "variables": dict(self.variables) or [],
            "last_message": last.text or None if last else None,
        }
        if last:
            event["last_message_data"] = {
                "message_id": last.telegram_id,
                "chat_id": self.telegram_id,
                "message": last.content,
            }
        return event

    def as_api(self, now: float) -> Json:
        """The contact object of the API."""
        first, _, rest = self.name.partition(" ")
        paused = self.paused_until > now
        last = self.messages[-1].at if self.messages else self.created_at
        return {
            "id": self.id,
            "bot_id": self.bot.id,
            "status": self.status,
            "channel_data": {
                "username": self.username,
                "first_name": first,
                "last_name": rest or None,
                "name": self.name,
                "language_code": self.language,
            },
            "tags": list(self.tags),
            "variables": dict(self.variables) or [],
            "is_chat_opened": self.is_chat_opened,
            "last_activity_at": stamp(last),
            "automation_paused_until": stamp(self.paused_until) if paused else None,
            "telegram_id": str(self.telegram_id),
            "created_at": stamp(self.created_at),
        }

    def message_as_api(self, message: Message) -> Json:
        """A message object of `chats/messages`."""
        return {
            "id": message.id,
            "contact_id": self.id,
            "bot_id": self.bot.id,
            "campaign_id": None,
            "data": {
                "message_id": message.telegram_id,
                "chat_id": self.telegram_id,
                "message": message.content,
            },
            "direction": message.direction,
            "status": DELIVERED if message.direction == INCOMING else SENT,
            "sent_by": message.sent_by,
            "type": message.type,
            "channel": message.channel,
            "created_at": stamp(message.at),
        }


class Contacts:
    """All bots and contacts; thread-safe, and wakes the chat page when something was said."""

    def __init__(self, bots: list[Bot]) -> None:
        self.bots = {bot.id: bot for bot in bots}
        self.changed = threading.Condition(threading.RLock())
        self.version = 0
        self._contacts: dict[str, Contact] = {}
        self._next_telegram_message = 2100
        self._next_telegram_user = 380_485_157

    def all(self) -> list[Contact]:
        """Every contact, oldest first."""
        with self.changed:
            return list(self._contacts.values())

    def get(self, contact_id: str) -> Contact | None:
        """A contact by its id."""
        return self._contacts.get(contact_id)

    def by_telegram_id(self, bot_id: str, telegram_id: int) -> Contact | None:
        """A bot's contact by its Telegram id."""
        return next(
            (c for c in self.all() if c.bot.id == bot_id and c.telegram_id == telegram_id),
            None,
        )

    def find_or_create(self, who: Any, now: float) -> Contact:
        """The contact called by slug, by id, or by an object with `contact`, `name`, `bot_id`, ...

        Raises KeyError for an unknown bot.
        """
        wish: Json = who if isinstance(who, dict) else {"contact": str(who)}
        slug = str(wish.get("contact") or wish.get("slug") or wish.get("name"))
        bot = self.bots[str(wish.get("bot_id") or next(iter(self.bots)))]
        with self.changed:
            known = self._contacts.get(slug) or next(
                (c for c in self._contacts.values() if c.slug == slug and c.bot is bot), None
            )
            if known is not None:
                return known
            self._next_telegram_user += 1
            contact = Contact(
                id=object_id(now),
                bot=bot,
                slug=slug,
                name=str(wish.get("name") or slug.capitalize()),
                telegram_id=int(wish.get("telegram_id") or self._next_telegram_user),
                created_at=now,
                username=wish.get("username"),
                phone=wish.get("phone"),
                language=str(wish.get("language") or "uk"),
                variables=dict(wish.get("variables") or {}),
            )
            self._contacts[contact.id] = contact
            self.touch()
            return contact

    def bring_in(self, bot: Bot, contact_ids: Sequence[str], now: float) -> None:
        """Take over a bot and subscribers of it that wrote before."""
        with self.changed:
            self.bots[bot.id] = bot
            for contact_id in contact_ids:
                self._next_telegram_user += 1
                self._contacts[contact_id] = Contact(
                    id=contact_id,
                    bot=bot,
                    slug=contact_id,
                    name="Olena",
                    telegram_id=self._next_telegram_user,
                    created_at=now,
                    started=True,
                )
            self.touch()

    def add_message(
        self,
        contact: Contact,
        direction: int,
        content: Json,
        now: float,
        *,
        sent_by: Json | None = None,
        channel: str = "ma_chat",
    ) -> Message:
        """Write a message into the contact's history."""
        with self.changed:
            self._next_telegram_message += 1
            message = Message(
                id=object_id(now),
                telegram_id=self._next_telegram_message,
                direction=direction,
                content=content,
                at=now,
                sent_by=sent_by,
                channel=channel,
                type=TYPE_OPERATOR if sent_by else TYPE_EXTERNAL_CHAT,
            )
            contact.messages.append(message)
            if direction == OUTGOING:
                contact.typing_until = 0
            self.touch()
            return message

    def touch(self) -> None:
        """Wake whoever waits for news."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait(self, version: int, timeout: float) -> int:
        """Return the version once it differs from `version`, or after `timeout` seconds."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != version, timeout)
            return self.version

    def clear(self) -> None:
        """Forget every contact."""
        with self.changed:
            self._contacts.clear()
            self.touch()
