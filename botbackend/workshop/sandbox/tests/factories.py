"""What the tests of the stand-ins need again and again."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import anthropic
import gspread
import requests

from botbackend.workshop.sandbox.base import StandIn
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.auth import make_credentials
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.wire import Json, Reply, Request

FAST, MAIN = "claude-haiku-5-5", "claude-sonnet-5-5"
ITEM_SCHEMA: Json = {
    "type": "object",
    "properties": {
        "services": {"type": "array", "items": {"type": "integer"}},
        "specialist": {"type": "integer"},
        "not_specialists": {"type": "array", "items": {"type": "integer"}},
        "for": {"type": "string"},
    },
    "required": ["services", "specialist", "not_specialists", "for"],
    "additionalProperties": False,
}
UNDERSTAND_KEYS: Json = {
    "wishes": {"type": "array", "items": ITEM_SCHEMA},
    "answer": {"type": "string", "enum": ["yes", "no", "none"]},
    "wants": {"type": "string", "enum": ["none", "question", "unclear"]},
    "to_answer": {"type": "boolean"},
    "remark": {"type": "string"},
    "client_name": {"type": "string"},
    "client_phone": {"type": "string"},
    "guest_phone": {"type": "string"},
    "language": {"type": "string"},
}
UNDERSTAND_SCHEMA: Json = {
    "type": "object",
    "properties": UNDERSTAND_KEYS,
    "required": list(UNDERSTAND_KEYS),
    "additionalProperties": False,
}


class Receiver(StandIn):
    """A backend that takes webhooks and answers what it is told to."""

    name = "backend"
    status = 200

    def answer(self, request: Request) -> Reply:
        """Take the events."""
        return Reply(self.status, {"accepted": len(request.json())})


def make_claude_client(server: ClaudeStandIn, key: str = "sk-ant-stand-in-1") -> anthropic.Anthropic:
    """A real client, without retries of its own."""
    return anthropic.Anthropic(api_key=key, base_url=server.url, max_retries=0, timeout=10)


def make_tool(name: str = "find_slots", **properties: Json) -> Json:
    """A strict tool."""
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"name": name, "description": "A tool.", "strict": True, "input_schema": schema}


def ask(server: ClaudeStandIn, **changes: Any) -> anthropic.types.Message:
    """One request to Claude; `changes` are put over a valid one, None takes a key away."""
    body: Json = {
        "model": FAST,
        "max_tokens": 500,
        "messages": [{"role": "user", "content": "Hi"}],
        **changes,
    }
    wanted = {name: value for name, value in body.items() if value is not None}
    with make_claude_client(server, wanted.pop("key", "sk-ant-stand-in-1")) as client:
        message: anthropic.types.Message = client.messages.create(**wanted)
    return message


def text_in(message: anthropic.types.Message) -> str:
    """The text of an answer, whatever stands before it."""
    return "".join(block.text for block in message.content if block.type == "text")


class SendPulseClient:
    """A session with a token, as the product holds one."""

    def __init__(self, server: SendPulseStandIn) -> None:
        self._url = server.url
        self._session = requests.Session()
        body = {"grant_type": "client_credentials", "client_id": "sp_id_demo", "client_secret": "sp_sk_demo"}
        with requests.post(f"{self._url}/oauth/access_token", json=body, timeout=5) as answer:
            self.token = answer.json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path: str, **params: Any) -> requests.Response:
        """A read."""
        return self._session.get(self._url + path, params=params, timeout=5)

    def post(self, path: str, **body: Any) -> requests.Response:
        """A write."""
        return self._session.post(self._url + path, json=body, timeout=5)

    def send(self, contact_id: str, text: str, **more: Any) -> requests.Response:
        """A text to a contact."""
        message = {"type": "text", "text": text, **more}
        return self.post("/telegram/contacts/send", contact_id=contact_id, message=message)

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()


@cache
def _key() -> Json:
    return make_credentials("")


def make_sheets_client(server: GoogleStandIn, key: Json | None = None) -> gspread.Client:
    """A real gspread client with a real key, pointed at the stand-in."""

    class LocalHTTPClient(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> Any:
            for real in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(real, server.url)
            return super().request(method, endpoint, *args, **options)

    credentials = {**(key or _key()), "token_uri": f"{server.url}/token"}
    client = gspread.service_account_from_dict(credentials, http_client=LocalHTTPClient)
    client.set_timeout(10)
    return client


def control(server: StandIn, name: str, body: Any) -> Json:
    """Pull a lever of a stand-in over HTTP."""
    with requests.post(f"{server.url}/_control/{name}", data=json.dumps(body), timeout=5) as answer:
        answer.raise_for_status()
        return dict(answer.json())
