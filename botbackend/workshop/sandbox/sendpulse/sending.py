"""Delivering a message that the API was asked to send, or refusing it as SendPulse does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botbackend.workshop.sandbox.sendpulse.contacts import ACTIVE, BLOCKED, OUTGOING, Contact
from botbackend.workshop.sandbox.sendpulse.events import outgoing
from botbackend.workshop.sandbox.sendpulse.markup import markup_error, visible_length
from botbackend.workshop.sandbox.wire import Json

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TYPING_SECONDS = 5
MEDIA = ("photo", "document", "voice", "video", "audio", "sticker")


class Refused(Exception):
    """The API refuses a call with a status and a body."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def deliver(server: SendPulseStandIn, contact_id: Any, message: Any) -> Json:
    """Put the message before the contact's eyes and echo it as a webhook. Raises Refused."""
    contact = server.contact(contact_id)
    _check_contact(contact)
    content = _content(message)
    if content is None:
        contact.typing_until = server.now() + TYPING_SECONDS
        server.contacts.touch()
        return {"success": True, "data": True}
    sent = server.contacts.add_message(contact, OUTGOING, content, server.now(), channel="api")
    if server.webhooks.settings.echo:
        server.webhooks.emit([outgoing(contact, sent)])
    return {"success": True, "data": True}


def _check_contact(contact: Contact) -> None:
    if contact.status == BLOCKED:
        reason = "Forbidden: bot was blocked by the user"
        raise Refused(422, {"error_code": 403, "errors": {"contact_id": [reason]}})
    if contact.status != ACTIVE:
        raise Refused(400, {"errors": {"contact_id": ["contact.errors.not_active"]}})


def _invalid(field: str, reason: str) -> Refused:
    return Refused(422, {"error_code": 422, "errors": {field: [reason]}})


def _content(message: Any) -> Json | None:
    """The Telegram form of a message to send; None for a chat action. Raises Refused."""
    if not isinstance(message, dict):
        raise _invalid("message", "validation.required")
    kind = message.get("type")
    if kind == "action":
        if message.get("action") != "typing":
            raise _invalid("message.action", "validation.in")
        return None
    if kind == "text":
        return _text(message)
    if kind in MEDIA:
        return _media(message, str(kind))
    raise _invalid("message.type", "validation.in")


def _text(message: Json) -> Json:
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _invalid("message.text", "validation.required")
    is_html = str(message.get("parse_mode", "")).lower() == "html"
    if is_html and (reason := markup_error(text)):
        raise _invalid("message.text", reason)
    if visible_length(text, is_html=is_html) > TEXT_LIMIT:
        raise _invalid("message.text", "Bad Request: message is too long")
    content: Json = {"text": text}
    if is_html:
        content["parse_mode"] = "html"
    if message.get("reply_markup"):
        content["reply_markup"] = message["reply_markup"]
    return content


def _media(message: Json, kind: str) -> Json:
    address = message.get(kind)
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        raise _invalid(f"message.{kind}", "validation.url")
    content: Json = {kind: address}
    caption = message.get("caption")
    if caption:
        if visible_length(str(caption), is_html=False) > CAPTION_LIMIT:
            raise _invalid("message.caption", "Bad Request: message caption is too long")
        content["caption"] = str(caption)
    return content
