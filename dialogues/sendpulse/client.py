"""The one seam to SendPulse's Telegram API. Nothing here may be called inside a database transaction."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings

from dialogues.sendpulse.account import (
    PATIENCE_SECONDS,
    Account,
    BusyError,
    CredentialsRefusedError,
    credentials_of,
)
from dialogues.sendpulse.outcomes import Fate, Outcome, classify
from dialogues.sendpulse.wire import (
    MAX_ANSWER_BYTES,
    TOTAL_SECONDS,
    Answer,
    LostAnswerError,
    NotSentError,
    exchange,
)
from projects.models import Project

HOLD_BACK_SECONDS = 1.0
HISTORY_SIZE = 50
MAX_PAUSE_MINUTES = 120


class SendPulseError(Exception):
    """A call that is no send did not work; `fate` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.fate.value}: {outcome.detail}")
        self.outcome, self.fate = outcome, outcome.fate


@dataclass(frozen=True)
class ChannelMessage:
    """One outgoing message as SendPulse's history has it; `at` is aware UTC."""

    message_id: str
    text: str
    at: datetime


class SendPulse:
    """SendPulse as one project may use it. Raises CredentialsRefusedError when nothing is configured."""

    def __init__(self, project: Project) -> None:
        credentials = credentials_of(project)
        self.is_shared = credentials.is_shared
        self._account = Account(credentials)

    def send_text(self, contact_id: str, text: str) -> Outcome:
        """Send one text of at most 4,096 UTF-16 units; what SendPulse or the network does never raises."""
        message = {"type": "text", "text": text}
        return self._attempt(
            "POST", "/telegram/contacts/send", {"contact_id": contact_id, "message": message}
        )

    def show_typing(self, contact_id: str) -> Outcome:
        """Show "typing" for some seconds, only if the account's limit has a place free right now."""
        body = {"contact_id": contact_id, "message": {"type": "action", "action": "typing"}}
        return self._attempt("POST", "/telegram/contacts/send", body, patience=0.0, seconds=3.0)

    def pause_flows(self, contact_id: str, minutes: int) -> None:
        """Keep SendPulse's own flows quiet for this contact, 1 to 120 minutes. Raises SendPulseError."""
        minutes = max(1, min(MAX_PAUSE_MINUTES, minutes))
        self._demand("/telegram/contacts/setPauseAutomation", {"contact_id": contact_id, "minutes": minutes})

    def resume_flows(self, contact_id: str) -> None:
        """End such a pause. Raises SendPulseError."""
        self._demand("/telegram/contacts/deletePauseAutomation", {"contact_id": contact_id})

    def recent_outgoing(self, contact_id: str) -> list[ChannelMessage]:
        """The newest outgoing messages of a contact, newest first. Raises SendPulseError."""
        found = [_channel_message(entry) for entry in self._history(contact_id)]
        return sorted((message for message in found if message), key=lambda message: message.at, reverse=True)

    def bot_of(self, contact_id: str) -> str:
        """The id of the bot that the contact belongs to. Raises SendPulseError."""
        (contact, *_) = self._read("/telegram/contacts/get", {"id": contact_id}) or [None]
        bot_id = contact.get("bot_id") if isinstance(contact, dict) else None
        if not isinstance(bot_id, str) or not bot_id:
            raise SendPulseError(Outcome(Fate.UNKNOWN, "the answer names no bot"))
        return bot_id

    def bot_tokens(self) -> dict[str, str]:
        """Telegram's tokens of the account's bots by the bots' ids. Raises SendPulseError."""
        tokens = {}
        for bot in self._read("/chatbots/bots", {}):
            channel = bot.get("channel_data") if isinstance(bot, dict) else None
            token = channel.get("access_token") if isinstance(channel, dict) else None
            if isinstance(token, str) and token:
                tokens[str(bot.get("id"))] = token
        return tokens

    def bot_names(self) -> dict[str, str]:
        """What the account's bots are called, by the bots' ids. Raises SendPulseError."""
        names = {}
        for bot in self._read("/chatbots/bots", {}):
            if isinstance(bot, dict) and bot.get("id"):
                channel = bot.get("channel_data")
                name = channel.get("name") if isinstance(channel, dict) else None
                names[str(bot["id"])] = name if isinstance(name, str) else ""
        return names

    def has_said(self, contact_id: str, address: str) -> bool:
        """Does the address stand in what the contact wrote lately? Raises SendPulseError."""
        said = (entry for entry in self._history(contact_id) if isinstance(entry, dict))
        return any(entry.get("direction") == 1 and address in _texts_in(entry.get("data")) for entry in said)

    def _history(self, contact_id: str) -> list[Any]:
        query = {"contact_id": contact_id, "size": str(HISTORY_SIZE), "order": "desc"}
        return self._read("/telegram/chats/messages", query)

    def download(self, address: str, *, most_bytes: int, seconds: float) -> Answer:
        """What lies at an address of SendPulse's own, which the caller vouches for: it is shown the token.

        Raises CredentialsRefusedError, BusyError and what `exchange` raises.
        """
        return self._call("GET", address, seconds=seconds, most_bytes=most_bytes)

    def check(self) -> None:
        """Find out whether the credentials work. Raises SendPulseError."""
        self._read("/telegram/account", {})

    def _attempt(
        self,
        method: str,
        path: str,
        body: dict[str, Any],
        *,
        patience: float = PATIENCE_SECONDS,
        seconds: float = TOTAL_SECONDS,
    ) -> Outcome:
        """One call, with one fresh token after a 401, turned into an outcome."""
        try:
            outcome = classify(self._call(method, path, json=body, patience=patience, seconds=seconds))
        except BusyError:
            return Outcome(Fate.THROTTLED, "our own limit")
        except NotSentError as error:
            return Outcome(Fate.NOT_SENT, str(error))
        except LostAnswerError as error:
            return Outcome(Fate.UNKNOWN, str(error))
        except CredentialsRefusedError as error:
            return Outcome(Fate.UNAUTHORISED, str(error))
        if outcome.fate is Fate.THROTTLED:
            self._account.hold_back(HOLD_BACK_SECONDS)
        return outcome

    def _call(
        self,
        method: str,
        path: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
        patience: float = PATIENCE_SECONDS,
        seconds: float = TOTAL_SECONDS,
        most_bytes: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        url = path if "://" in path else settings.SENDPULSE_BASE_URL + path
        ask = partial(exchange, method, url, json=json, params=params, seconds=seconds, most_bytes=most_bytes)
        token = self._account.bearer()
        self._account.take_place(patience=patience)
        answer = ask(token=token)
        if answer.status == 401:
            self._account.drop(token)
            token = self._account.bearer()
            self._account.take_place(patience=PATIENCE_SECONDS)
            answer = ask(token=token)
        return answer

    def _demand(self, path: str, body: dict[str, Any]) -> None:
        outcome = self._attempt("POST", path, body)
        if outcome.fate is not Fate.SENT:
            raise SendPulseError(outcome)

    def _read(self, path: str, params: dict[str, str]) -> list[Any]:
        try:
            answer = self._call("GET", path, params=params)
        except BusyError as error:
            raise SendPulseError(Outcome(Fate.THROTTLED, "our own limit")) from error
        except (NotSentError, LostAnswerError) as error:
            raise SendPulseError(Outcome(Fate.NOT_SENT, str(error))) from error
        except CredentialsRefusedError as error:
            raise SendPulseError(Outcome(Fate.UNAUTHORISED, str(error))) from error
        outcome = classify(answer)
        if outcome.fate is not Fate.SENT:
            raise SendPulseError(outcome)
        data = json.loads(answer.body).get("data")
        return data if isinstance(data, list) else [data]


def _channel_message(entry: Any) -> ChannelMessage | None:
    """An outgoing text of the history, None for anything else."""
    if not isinstance(entry, dict) or entry.get("direction") != 2:
        return None
    text = _text_of(entry.get("data"))
    try:
        at = datetime.fromisoformat(str(entry.get("created_at")))
    except ValueError:
        return None
    if not text:
        return None
    return ChannelMessage(str(entry.get("id") or ""), text, at if at.tzinfo else at.replace(tzinfo=UTC))


def _text_of(data: Any) -> str:
    if isinstance(data, dict):
        for candidate in (data.get("text"), data.get("message")):
            if isinstance(candidate, str):
                return candidate
            if isinstance(candidate, dict):
                return _text_of(candidate)
    return ""


def _texts_in(data: Any) -> Iterator[str]:
    """Every text anywhere in a JSON value."""
    todo = [data]
    while todo:
        found = todo.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict | list):
            todo += found.values() if isinstance(found, dict) else found
