"""The bytes behind a message, by an address of SendPulse's or by Telegram's file id. No transaction here."""

from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings

from dialogues.media import telegram, walls
from dialogues.media.errors import TryLater, Unavailable
from dialogues.models import Dialogue, Message, channel_of
from dialogues.outbound.recipients import refusal
from dialogues.sendpulse.account import BusyError, CredentialsRefusedError
from dialogues.sendpulse.client import SendPulse, SendPulseError
from dialogues.sendpulse.outcomes import Fate, Outcome
from dialogues.sendpulse.wire import Answer, LostAnswerError, NotSentError, TooLongError

MOST_HOPS = 3
_NEVER = (Fate.REFUSED, Fate.CLOSED, Fate.UNAUTHORISED)


def addresses_in(message: Message) -> Iterator[str]:
    """The addresses that a message names and that may be asked; others are nobody's business here."""
    media = message.media or {}
    for name in ("url", "file_url"):
        address = media.get(name)
        if isinstance(address, str) and walls.is_ours(address):
            yield address


def file_id_in(message: Message) -> str:
    """Telegram's id of the file, "" if the message names none."""
    return str((message.media or {}).get("file_id") or "")


def is_to_be_had(message: Message) -> bool:
    """Does the message say where its medium is?"""
    return bool(file_id_in(message)) or any(addresses_in(message))


def fetch(message: Message) -> bytes:
    """The bytes. `message` comes with its dialogue, client and project. Raises Unavailable, TryLater."""
    stated = (message.media or {}).get("file_size")
    if isinstance(stated, int | float) and stated > settings.MEDIA_MAX_BYTES:
        raise Unavailable("larger than allowed")
    dialogue = message.dialogue
    try:
        client = SendPulse(dialogue.project)
        if (refused := refusal(dialogue=dialogue, client=client)) is not None:
            raise SendPulseError(refused)
        return _by_any_way(message, client)
    except SendPulseError as error:
        raise _judged(error.outcome) from error
    except BusyError as error:
        raise TryLater("the account's own limit") from error
    except CredentialsRefusedError as error:
        raise Unavailable(str(error)) from error


def _judged(outcome: Outcome) -> Exception:
    told = f"SendPulse: {outcome.fate.value} {outcome.detail}"[:200]
    return Unavailable(told) if outcome.fate in _NEVER else TryLater(told)


def _by_any_way(message: Message, client: SendPulse) -> bytes:
    """One address after another, then Telegram; what the last of them said counts."""
    trouble = Unavailable("the message says not where it is")
    for address in addresses_in(message):
        try:
            return _by_address(message.dialogue, client, address)
        except Unavailable as error:
            trouble = error
    if file_id := file_id_in(message):
        limits = {"most_bytes": settings.MEDIA_MAX_BYTES, "seconds": settings.MEDIA_SECONDS}
        return telegram.file_of(token=_token_of(message.dialogue, client), file_id=file_id, **limits)
    raise trouble


def _token_of(dialogue: Dialogue, client: SendPulse) -> str:
    """The token of the dialogue's own bot; of an account with one bot only, that one's."""
    tokens = client.bot_tokens()
    own = channel_of(dialogue.project).sendpulse_bot_id or dialogue.contact_bot_id
    if own:
        return tokens.get(own, "")
    return next(iter(tokens.values())) if len(tokens) == 1 and not client.is_shared else ""


def _by_address(dialogue: Dialogue, client: SendPulse, address: str) -> bytes:
    """Salons that share an account share its token, too: there only what this client sent is asked for."""
    if client.is_shared and not client.has_said(dialogue.client.contact_id, address):
        raise Unavailable("the address is not known to be this client's")
    for _ in range(MOST_HOPS):
        answer = _download(client, address)
        if not (300 <= answer.status < 400 and answer.location):
            return _content(answer)
        address = urljoin(address, answer.location)
        if not walls.is_ours(address):
            raise Unavailable("redirected to another host")
    raise Unavailable("redirected too often")


def _download(client: SendPulse, address: str) -> Answer:
    try:
        if not walls.is_outside(address):
            raise Unavailable("the address leads inside")
        return client.download(address, most_bytes=settings.MEDIA_MAX_BYTES, seconds=settings.MEDIA_SECONDS)
    except TooLongError as error:
        raise Unavailable("larger than allowed") from error
    except (NotSentError, LostAnswerError, OSError) as error:
        raise TryLater(f"SendPulse: {type(error).__name__}") from error


def _content(answer: Answer) -> bytes:
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(f"SendPulse: HTTP {answer.status}")
    if answer.status != 200:
        raise Unavailable(f"SendPulse: HTTP {answer.status}")
    return answer.body
