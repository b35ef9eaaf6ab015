"""The SendPulse stand-in: OAuth and the Telegram chatbot API, as far as the product uses it."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .base import StandIn
from .sendpulse_contacts import DEMO_BOT, Bot, Contact, Contacts
from .sendpulse_people import People
from .sendpulse_sending import Refused, deliver
from .sendpulse_webhooks import WebhookSender, WebhookSettings
from .wire import BadJson, Json, Reply, Request

DEMO_CLIENT = ("sp_id_demo", "sp_sk_demo")
MAX_PAUSE_MINUTES = 120

Route = Callable[["SendPulseStandIn", Request, Json], Any]


class SendPulseStandIn(StandIn):
    """One SendPulse account with its bots. Tokens live `token_seconds`; `per_second` 0 means no limiter."""

    name = "sendpulse"

    def __init__(
        self,
        *,
        clients: dict[str, str] | None = None,
        api_keys: set[str] | None = None,
        bots: list[Bot] | None = None,
        webhook_url: str = "",
        token_seconds: int = 3600,
        per_second: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.clients = clients or dict([DEMO_CLIENT])
        self.api_keys = api_keys or set()
        self.token_seconds = token_seconds
        self.per_second = per_second
        self.tokens: dict[str, float] = {}
        self._recent: deque[float] = deque()
        self.contacts = Contacts(bots or [Bot(DEMO_BOT, "Salon Bot")])
        self.webhooks = WebhookSender(WebhookSettings(url=webhook_url), self.stopping, self._note_webhook)
        self.people = People(self)

    # Life
    def start(self, port: int = 0) -> None:
        """Listen and begin to post webhooks."""
        self.webhooks.start()
        super().start(port)

    def stop(self) -> None:
        """End the server, then the webhook workers."""
        self.contacts.touch()
        super().stop()
        self.webhooks.stop()

    def reset(self) -> None:
        """Forget contacts, messages and what was requested; tokens and settings stay."""
        super().reset()
        self.contacts.clear()

    def state(self) -> Json:
        """Tokens, contacts, and the webhook settings without the address, which holds a secret."""
        settings = self.webhooks.settings
        return {
            **super().state(),
            "tokens": sum(1 for expiry in self.tokens.values() if expiry > self.now()),
            "contacts": len(self.contacts.all()),
            "messages": sum(len(contact.messages) for contact in self.contacts.all()),
            "per_second": self.per_second,
            "webhooks": {"set": bool(settings.url or settings.urls), "echo": settings.echo},
        }

    def error(self, status: int) -> Reply:
        """The API's envelope for an error."""
        return _failure(status, "Unauthorized!" if status == 401 else "Error")

    def page(self, request: Request) -> Reply | None:
        """The client chat page and its data."""
        return self.people.page(request)

    def _note_webhook(self, events: list[Json], status: int, answer: Any, attempt: int) -> None:
        """Write an outgoing webhook into the request log, so that tests can wait for it."""
        title = str(events[0].get("title", "")) if events else ""
        line = Request("WEBHOOK", f"webhook:{title}", {}, {})
        notes = {"events": events, "answer": answer, "attempt": attempt}
        self.log.add(line, status=status, at=self.now(), seconds=0, fault="", notes=notes)

    # The service
    def answer(self, request: Request) -> Reply:
        """Authenticate, limit, route."""
        try:
            if request.path == "/oauth/access_token":
                return self._token(request)
            if not self._authorised(request):
                return _failure(401, "Unauthorized!")
            if self._too_fast():
                return _failure(429, "More than 10 requests per second", code=2020202020)
            route = ROUTES.get((request.method, request.path))
            if route is None:
                return _failure(404, "Not found")
            return Reply(body=route(self, request, self._body(request)))
        except BadJson:
            return _failure(400, "Invalid JSON")
        except Refused as refused:
            return Reply(refused.status, refused.body)

    @staticmethod
    def _body(request: Request) -> Json:
        if request.method == "GET":
            return {}
        if "urlencoded" in request.headers.get("content-type", ""):
            return dict(request.form())
        body = request.json()
        return body if isinstance(body, dict) else {}

    def _token(self, request: Request) -> Reply:
        body = self._body(request)
        secret = self.clients.get(str(body.get("client_id")))
        if body.get("grant_type") != "client_credentials" or secret is None:
            return _failure(401, "Client authentication failed")
        if not secrets.compare_digest(secret, str(body.get("client_secret"))):
            return _failure(401, "Client authentication failed")
        token = f"eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(48)}"
        self.tokens[token] = self.now() + self.token_seconds
        body = {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds}
        return Reply(body=body)

    def _authorised(self, request: Request) -> bool:
        token = request.bearer()
        return token in self.api_keys or self.tokens.get(token, 0) > self.now()

    def _too_fast(self) -> bool:
        if not self.per_second:
            return False
        now = time.monotonic()
        with self.lock:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self.per_second:
                return True
            self._recent.append(now)
            return False

    def contact(self, contact_id: Any) -> Contact:
        """A contact by its id. Raises Refused."""
        found = self.contacts.get(str(contact_id))
        if found is None:
            raise Refused(400, {"errors": {"contact_id": ["contact.errors.not_found"]}})
        return found


def _failure(status: int, message: str, *, code: int = 0) -> Reply:
    return Reply(status, {"message": message, "error_code": code or status})


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
            "channel_data": {"id": bot.external_id, "name": bot.name, "username": "salon_demo_bot"},
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
