"""The webhook events of SendPulse, in the shapes that integrators captured."""

from __future__ import annotations

from typing import Any

from botbackend.workshop.sandbox.sendpulse.contacts import Contact, Message
from botbackend.workshop.sandbox.wire import Json


def envelope(contact: Contact, title: str, now: float, info: Json | None = None) -> Json:
    """The outer form of every event; `date` is in seconds."""
    return {
        "service": "telegram",
        "title": title,
        "date": int(now),
        "bot": contact.bot.as_event(),
        "contact": contact.as_event(),
        "info": info,
    }


def incoming(contact: Contact, message: Message) -> Json:
    """A message that the client wrote."""
    return envelope(contact, "incoming_message", message.at, _info(contact, message))


def outgoing(contact: Contact, message: Message) -> Json:
    """A message that a flow, the API (`sent_by` null) or a person (`sent_by` an object) sent."""
    info = _info(contact, message)
    info["message"]["sent_by"] = message.sent_by
    return envelope(contact, "outgoing_message", message.at, info)


def _info(contact: Contact, message: Message) -> Json:
    return {
        "message": {
            "id": message.id,
            "channel_data": {
                "message_id": message.telegram_id,
                "chat_id": contact.telegram_id,
                "message": message.content,
            },
        }
    }


def short_open_chat(contact: Contact, now: float) -> Json:
    """The `open_chat` event that follows a text when the Standard reply flow runs."""
    return {
        "service": "telegram",
        "title": "open_chat",
        "date": int(now),
        "info": None,
        "bot": {"id": contact.bot.id, "channel": "TELEGRAM"},
        "contact": {"id": contact.id, "telegram_id": str(contact.telegram_id)},
    }


def telegram_content(said: Json) -> Json:
    """What Telegram would deliver for `{"text"|"photo"|"voice"|...: ...}`. Raises ValueError otherwise."""
    if said.get("start"):
        return {"text": "/start"}
    for kind, make in _MEDIA.items():
        if said.get(kind):
            return make(said[kind], said)
    if "text" in said:
        return {"text": str(said["text"])}
    raise ValueError("say one of: text, start, " + ", ".join(_MEDIA))


def _photo(value: Any, said: Json) -> Json:
    sizes = [
        {"file_id": f"AgACAgIAAx0{side}", "file_unique_id": f"AQAD{side}", "width": side, "height": side}
        for side in (90, 1280)
    ]
    content: Json = {"photo": sizes}
    if said.get("caption") or isinstance(value, str):
        content["caption"] = str(said.get("caption") or value)
    return content


def _voice(value: Any, said: Json) -> Json:
    seconds = value if isinstance(value, int) and not isinstance(value, bool) else 7
    return {
        "voice": {
            "file_id": "AwACAgIAAx0V",
            "file_unique_id": "AgADv",
            "duration": seconds,
            "mime_type": "audio/ogg",
            "file_size": 28411,
        }
    }


def _sticker(value: Any, said: Json) -> Json:
    emoji = value if isinstance(value, str) else "👍"
    return {"sticker": {"file_id": "CAACAgIAAx0S", "file_unique_id": "AgADs", "emoji": emoji}}


def _document(value: Any, said: Json) -> Json:
    name = value if isinstance(value, str) else "file.pdf"
    return {"document": {"file_id": "BQACAgIAAx0D", "file_name": name, "mime_type": "application/pdf"}}


def _location(value: Any, said: Json) -> Json:
    place = value if isinstance(value, dict) else {"latitude": 50.45, "longitude": 30.52}
    return {"location": place}


def _phone(value: Any, said: Json) -> Json:
    return {"contact": {"phone_number": str(value), "first_name": str(said.get("name") or "")}}


def _button(value: Any, said: Json) -> Json:
    data = '{"to_chain_id":"6856d410b7a060fae70c2ea6"}'
    return {"text": str(value), "callback_query": {"id": "1", "data": data}}


_MEDIA = {
    "photo": _photo,
    "voice": _voice,
    "sticker": _sticker,
    "document": _document,
    "location": _location,
    "shared_phone": _phone,
    "button": _button,
}
