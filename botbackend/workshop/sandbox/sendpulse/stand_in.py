"""The SendPulse stand-in: OAuth, the Telegram chatbot API and its files, as far as the product uses them."""

from __future__ import annotations

import secrets
import time
from collections import deque
from typing import Any

from botbackend.workshop.sandbox.base import StandIn
from botbackend.workshop.sandbox.sendpulse.contacts import DEMO_BOT, Bot, Contact, Contacts
from botbackend.workshop.sandbox.sendpulse.media import Files
from botbackend.workshop.sandbox.sendpulse.people import People
from botbackend.workshop.sandbox.sendpulse.routes import ROUTES
from botbackend.workshop.sandbox.sendpulse.sending import Refused
from botbackend.workshop.sandbox.sendpulse.webhooks import WebhookSender, WebhookSettings
from botbackend.workshop.sandbox.wire import BadJson, Json, Reply, Request

DEMO_CLIENT = ("sp_id_demo", "sp_sk_demo")


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
        self.files = Files(self.contacts)
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
            if (file := self.files.of_telegram(request)) is not None:
                return file
            if not self._authorised(request):
                return _failure(401, "Unauthorized!")
            if self._too_fast():
                return _failure(429, "More than 10 requests per second", code=2020202020)
            if (file := self.files.at_address(request)) is not None:
                return file
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
