"""What people do at the SendPulse stand-in: clients write, operators answer, somebody blocks the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botbackend.workshop.sandbox.base import page_file
from botbackend.workshop.sandbox.sendpulse import events
from botbackend.workshop.sandbox.sendpulse.contacts import (
    ACTIVE,
    BLOCKED,
    INCOMING,
    OUTGOING,
    UNSUBSCRIBED,
    Bot,
    Contact,
    Message,
)
from botbackend.workshop.sandbox.sendpulse.markup import safe_html
from botbackend.workshop.sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

OPERATOR = {"firstname": "Anna", "lastname": "Admin", "email": "anna@example.com"}
PAGE_WAIT_SECONDS = 20


class People:
    """The control endpoints and the chat page of a SendPulse stand-in."""

    def __init__(self, server: SendPulseStandIn) -> None:
        self._server = server
        server.controls.update(
            {
                ("POST", "client_says"): lambda r: Reply(body=self.client_says(r.json())),
                ("POST", "operator_says"): lambda r: Reply(body=self.operator_says(r.json())),
                ("POST", "block"): lambda r: Reply(body=self.block(r.json())),
                ("GET", "transcript"): lambda r: Reply(body=self.transcript(r.first("contact"))),
                ("POST", "webhooks"): self._set_webhooks,
                ("POST", "release"): self._release,
                ("POST", "emit"): self._emit,
                ("POST", "revoke_tokens"): self._revoke,
                ("POST", "settings"): self._settings,
                ("POST", "accounts"): self._accounts,
            }
        )

    # What people do
    def client_says(self, said: Json) -> Json:
        """A client writes: `{"contact": slug or id, "name"?, "text"|"start"|"photo"|"voice"|...}`.

        The first message of a contact, and Start, make it an active subscriber.
        """
        server = self._server
        contact = server.contacts.find_or_create(said, server.now())
        content = events.telegram_content(said)
        server.files.fill(content, said, server.url)
        batch: list[Json] = []
        is_new = not contact.started
        contact.started, contact.status = True, ACTIVE
        message = server.contacts.add_message(contact, INCOMING, content, server.now())
        if is_new and content.get("text") == "/start":
            server.webhooks.emit([events.envelope(contact, "new_subscriber", message.at)])
        batch.append(events.incoming(contact, message))
        if server.webhooks.settings.open_chat and content.get("text") != "/start":
            contact.is_chat_opened = True
            batch.append(events.short_open_chat(contact, message.at))
        server.webhooks.emit(batch)
        return {"contact_id": contact.id, "slug": contact.slug, "message_id": message.id}

    def operator_says(self, said: Json) -> Json:
        """A person answers in SendPulse's own chat: `{"contact", "text", "sent_by"?}`."""
        server = self._server
        contact = server.contacts.find_or_create(said, server.now())
        sent_by = said.get("sent_by") or OPERATOR
        content = {"text": str(said["text"])}
        message = server.contacts.add_message(contact, OUTGOING, content, server.now(), sent_by=sent_by)
        server.webhooks.emit([events.outgoing(contact, message)])
        return {"contact_id": contact.id, "message_id": message.id}

    def block(self, said: Json) -> Json:
        """The client blocks the bot, or with `{"how": "unsubscribe"}` unsubscribes."""
        server = self._server
        contact = server.contacts.find_or_create(said, server.now())
        unsubscribes = said.get("how") == "unsubscribe"
        contact.status = UNSUBSCRIBED if unsubscribes else BLOCKED
        title = "unsubscribe" if unsubscribes else "bot_block"
        server.webhooks.emit([events.envelope(contact, title, server.now())])
        return {"contact_id": contact.id, "status": contact.status}

    def flow_ran(self, contact: Contact, body: Json) -> None:
        """A flow was started through the API."""
        server = self._server
        info = {"flow_id": body["flow_id"], "external_data": body.get("external_data") or {}}
        server.webhooks.emit([events.envelope(contact, "run_custom_flow", server.now(), info)])

    def transcript(self, who: str) -> Json:
        """The dialogue of a contact, oldest first."""
        contact = self._known(who)
        if contact is None:
            return {"contact": None, "messages": []}
        return {
            "contact": {"id": contact.id, "slug": contact.slug, "name": contact.name},
            "messages": [_line(message) for message in contact.messages],
        }

    def _known(self, who: str) -> Contact | None:
        return next((c for c in self._server.contacts.all() if who in (c.id, c.slug)), None)

    # Levers
    def _set_webhooks(self, request: Request) -> Reply:
        self._server.webhooks.settings.update(request.json())
        return Reply(body={"ok": True})

    def _release(self, request: Request) -> Reply:
        reverse = bool(request.json().get("reverse"))
        return Reply(body={"posts": self._server.webhooks.release(reverse=reverse)})

    def _emit(self, request: Request) -> Reply:
        self._server.webhooks.emit(request.json()["events"])
        return Reply(body={"ok": True})

    def _revoke(self, request: Request) -> Reply:
        count = len(self._server.tokens)
        self._server.tokens.clear()
        return Reply(body={"revoked": count})

    def _settings(self, request: Request) -> Reply:
        wishes: Json = request.json()
        for name in ("token_seconds", "per_second"):
            if name in wishes:
                setattr(self._server, name, int(wishes[name]))
        return Reply(body={"ok": True})

    def _accounts(self, request: Request) -> Reply:
        """Salons that are there already: `[{"client": [id, secret], "bot", "contacts": [ids]}]`.

        Their contacts are active subscribers, and nothing is posted about them.
        """
        server = self._server
        for salon in request.json():
            name, secret = salon["client"]
            server.clients[name] = secret
            server.contacts.bring_in(Bot(salon["bot"], name), salon["contacts"], server.now())
        return Reply(body={"contacts": len(server.contacts.all())})

    # The page
    def page(self, request: Request) -> Reply | None:
        """The chat page and the calls it makes; None for anything else."""
        if request.method == "GET" and request.path == "/":
            return page_file("sendpulse/page.html")
        if request.method == "GET" and request.path == "/chat":
            return Reply(body=self._chat(request))
        if request.method == "POST" and request.path == "/chat/say":
            return self._from_page(self.client_says, request)
        if request.method == "POST" and request.path == "/chat/operator":
            return self._from_page(self.operator_says, request)
        if request.method == "POST" and request.path == "/chat/block":
            return self._from_page(self.block, request)
        return None

    @staticmethod
    def _from_page(action: Any, request: Request) -> Reply:
        if "application/json" not in request.headers.get("content-type", ""):
            return Reply(415, {"error": "JSON only"})  # a form of a foreign page must not write here
        try:
            return Reply(body=action(request.json()))
        except (KeyError, ValueError) as error:
            return Reply(400, {"error": str(error)})

    def _chat(self, request: Request) -> Json:
        """The clients and one client's messages, as soon as they differ from version `version`."""
        server = self._server
        version = int(request.first("version", "-1"))
        if version >= 0:
            contact = self._known(request.first("client"))
            left = contact.typing_until - server.now() if contact else 0
            server.contacts.wait(version, min(PAGE_WAIT_SECONDS, left) if left > 0 else PAGE_WAIT_SECONDS)
        contact = self._known(request.first("client"))
        clients = [{"slug": c.slug, "name": c.name, "bot": c.bot.name} for c in server.contacts.all()]
        return {
            "version": server.contacts.version,
            "bots": [{"id": bot.id, "name": bot.name} for bot in server.contacts.bots.values()],
            "clients": clients,
            "name": contact.name if contact else "",
            "typing": bool(contact and contact.typing_until > server.now()),
            "blocked": bool(contact and contact.status != ACTIVE),
            "messages": [_line(message) for message in contact.messages] if contact else [],
        }


def _line(message: Message) -> Json:
    content = message.content
    kind = next((name for name in content if name not in ("caption", "parse_mode", "reply_markup")), "text")
    if "callback_query" in content:
        kind = "text"
    return {
        "id": message.id,
        "from": message.sender,
        "kind": kind,
        "text": message.text,
        "html": safe_html(message.text, is_html=content.get("parse_mode") == "html"),
        "media": content[kind] if isinstance(content.get(kind), str) and kind != "text" else None,
        "buttons": content.get("reply_markup"),
        "at": message.at,
    }
