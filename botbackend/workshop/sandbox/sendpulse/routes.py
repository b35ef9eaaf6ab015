"""The calls of the Telegram chatbot API that the stand-in knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botbackend.workshop.sandbox.sendpulse.sending import Refused, deliver
from botbackend.workshop.sandbox.wire import Json, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

MAX_PAUSE_MINUTES = 120

Route = Callable[["SendPulseStandIn", Request, Json], Any]


def _success(data: Any = True) -> Json:
    return {"success": True, "data": data}


# Routes: reading
def _get_contact(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    return _success(server.contact(request.first("id")).as_api(server.now()))


def _by_telegram_id(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    telegram_id = request.first("telegram_id")
    found = (
        server.contacts.by_telegram_id(request.first("bot_id"), int(telegram_id))
        if telegram_id.isdecimal()
        else None
    )
    if found is None:
        raise Refused(400, {"errors": {"telegram_id": ["contact.errors.not_found"]}})
    return _success(found.as_api(server.now()))


def _messages(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(request.first("contact_id"))
    ordered = list(contact.messages)
    if request.first("order", "desc") != "asc":
        ordered.reverse()
    skip, size = int(request.first("skip", "0")), int(request.first("size", "20"))
    after = request.first("search_after")
    if after:
        ids = [message.id for message in ordered]
        skip = ids.index(after) + 1 if after in ids else len(ids)
    return _success([contact.message_as_api(message) for message in ordered[skip : skip + size]])


def _chats(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    bot_id = request.first("bot_id")
    skip, size = int(request.first("skip", "0")), int(request.first("size", "20"))
    found = [c for c in server.contacts.all() if c.messages and (not bot_id or c.bot.id == bot_id)]
    found.sort(key=lambda contact: contact.messages[-1].at, reverse=True)
    chats = [
        {
            "contact": contact.as_api(server.now()),
            "inbox_last_message": contact.message_as_api(contact.messages[-1]),
        }
        for contact in found[skip : skip + size]
    ]
    return _success(chats)


def _bots(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    bots = [
        {
            "id": bot.id,
            "channel_data": {
                "id": bot.external_id,
                "name": bot.name,
                "username": "salon_demo_bot",
                "access_token": bot.token,
            },
            "inbox": {"total": 0, "unread": 0},
            "status": 3,
            "created_at": "2026-01-05T09:00:00+00:00",
        }
        for bot in server.contacts.bots.values()
    ]
    return _success(bots)


def _account(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    plan = {"code": "messengersFree10Km", "max_bots": 3, "max_contacts": 1000, "max_messages": 10000}
    plan |= {"max_tags": 10, "max_variables": 10, "is_exceeded": False, "is_expired": False}
    statistics = {"bots": len(server.contacts.bots), "contacts": len(server.contacts.all())}
    return _success({"plan": plan, "statistics": statistics})


def _user_info(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    return {"id": 7000001, "email": "owner@salon.example", "name": "Salon owner", "country": "Ukraine"}


# Routes: writing
def _send(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    return deliver(server, body.get("contact_id"), body.get("message"))


def _send_text(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    text = str(body.get("text", ""))
    if len(text) > 1024:
        raise Refused(422, {"error_code": 422, "errors": {"text": ["validation.max.string"]}})
    return deliver(server, body.get("contact_id"), {"type": "text", "text": text})


def _set_tag(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(body.get("contact_id"))
    contact.tags += [str(tag) for tag in body.get("tags") or [] if tag not in contact.tags]
    return _success()


def _delete_tag(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(body.get("contact_id"))
    contact.tags = [tag for tag in contact.tags if tag != body.get("tag")]
    return _success()


def _set_variable(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(body.get("contact_id"))
    for entry in body.get("variables") or [body]:
        name = str(entry.get("variable_name", ""))
        if name not in contact.bot.variables:
            raise Refused(
                422, {"error_code": 422, "errors": {"variable_name": ["variable.errors.not_found"]}}
            )
        contact.variables[name] = entry.get("variable_value")
    return _success()


def _pause(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact, minutes = server.contact(body.get("contact_id")), body.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= MAX_PAUSE_MINUTES:
        raise Refused(422, {"error_code": 422, "errors": {"minutes": ["validation.between.numeric"]}})
    contact.paused_until = server.now() + minutes * 60
    return _success()


def _paused(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(request.first("contact_id"))
    left = max(0, int((contact.paused_until - server.now() + 59) // 60))
    return _success({"minutes": left})


def _unpause(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    server.contact(body.get("contact_id")).paused_until = 0
    return _success()


def _open_chat(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    server.contact(body.get("contact_id")).is_chat_opened = True
    return _success()


def _close_chat(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    server.contact(body.get("contact_id")).is_chat_opened = False
    return _success()


def _run_flow(server: SendPulseStandIn, request: Request, body: Json) -> Json:
    contact = server.contact(body.get("contact_id"))
    if not body.get("flow_id"):
        raise Refused(422, {"error_code": 422, "errors": {"flow_id": ["validation.required"]}})
    server.people.flow_ran(contact, body)
    return _success()


_T = "/telegram"
ROUTES: dict[tuple[str, str], Route] = {
    ("POST", f"{_T}/contacts/send"): _send,
    ("POST", f"{_T}/contacts/sendText"): _send_text,
    ("GET", f"{_T}/contacts/get"): _get_contact,
    ("GET", f"{_T}/contacts/getByTelegramId"): _by_telegram_id,
    ("POST", f"{_T}/contacts/setTag"): _set_tag,
    ("POST", f"{_T}/contacts/deleteTag"): _delete_tag,
    ("POST", f"{_T}/contacts/setVariable"): _set_variable,
    ("POST", f"{_T}/contacts/setPauseAutomation"): _pause,
    ("GET", f"{_T}/contacts/getPauseAutomation"): _paused,
    ("POST", f"{_T}/contacts/deletePauseAutomation"): _unpause,
    ("POST", f"{_T}/contacts/openChat"): _open_chat,
    ("POST", f"{_T}/contacts/closeChat"): _close_chat,
    ("POST", f"{_T}/flows/run"): _run_flow,
    ("GET", f"{_T}/chats"): _chats,
    ("GET", f"{_T}/chats/messages"): _messages,
    ("GET", f"{_T}/bots"): _bots,
    ("GET", f"{_T}/account"): _account,
    ("GET", "/chatbots/bots"): _bots,
    ("GET", "/chatbots/account"): _account,
    ("GET", "/user/info"): _user_info,
}
