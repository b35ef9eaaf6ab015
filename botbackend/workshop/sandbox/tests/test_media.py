"""Photos and voice at the stand-ins of SendPulse, Telegram, Claude and a transcriber."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
import requests

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.rules.images import image_problems
from botbackend.workshop.sandbox.sendpulse.media import VOICE, picture
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.transcriber import TranscriberStandIn
from botbackend.workshop.sandbox.wire import Json

KEY = {"Authorization": "Bearer sk-transcriber"}


@pytest.fixture
def transcriber() -> Iterator[TranscriberStandIn]:
    with running(TranscriberStandIn(words="hello")) as server:
        yield server
        assert server.bugs == []


def said(sendpulse: SendPulseStandIn, **what: object) -> Json:
    sendpulse.people.client_says({"contact": "olena", **what})
    return sendpulse.contacts.all()[0].messages[-1].content


def test_a_file_is_had_with_the_bots_token_only(sendpulse: SendPulseStandIn) -> None:
    file_id = said(sendpulse, voice=3)["voice"]["file_id"]
    (bot,) = sendpulse.contacts.bots.values()
    ask = f"{sendpulse.url}/bot{bot.token}/getFile"
    found = requests.get(ask, params={"file_id": file_id}, timeout=5).json()
    assert found["ok"] is True
    path = found["result"]["file_path"]
    assert requests.get(f"{sendpulse.url}/file/bot{bot.token}/{path}", timeout=5).content == VOICE
    assert requests.get(f"{sendpulse.url}/file/bot1:other/{path}", timeout=5).status_code == 401
    assert requests.get(f"{sendpulse.url}/bot1:other/getFile", timeout=5).status_code == 401
    assert requests.get(ask, params={"file_id": "x"}, timeout=5).status_code == 400
    assert requests.get(f"{sendpulse.url}/file/bot{bot.token}/x", timeout=5).status_code == 404


def test_an_address_wants_the_accounts_token(sendpulse: SendPulseStandIn) -> None:
    sendpulse.api_keys.add("static")
    given = base64.b64encode(b"bytes").decode()
    address = said(sendpulse, photo="see", by="address", content=given)["photo"]
    headers = {"Authorization": "Bearer static"}
    assert requests.get(address, headers=headers, timeout=5).content == b"bytes"
    assert requests.get(address, timeout=5).status_code == 401
    assert requests.get(f"{address}x", headers=headers, timeout=5).status_code == 404


def test_the_transcriber_wants_key_model_and_a_format_it_knows(transcriber: TranscriberStandIn) -> None:
    def ask(
        name: str = "voice.ogg", headers: dict[str, str] | None = KEY, **fields: str
    ) -> requests.Response:
        file = {"file": (name, VOICE, "audio/ogg")}
        return requests.post(transcriber.address, files=file, data=fields, headers=headers, timeout=5)

    assert ask(model="m").json() == {"text": "hello"}
    assert ask(model="m", headers={}).status_code == 401
    assert ask().status_code == 400
    assert ask("voice.exe", model="m").status_code == 400
    assert requests.get(transcriber.address, headers=KEY, timeout=5).status_code == 404
    transcriber.by_content[VOICE] = "what was meant"
    assert ask(model="m").json() == {"text": "what was meant"}


@pytest.mark.parametrize(
    ("media_type", "data", "problem"),
    [
        ("image/png", base64.b64encode(picture()).decode(), ""),
        ("image/jpeg", base64.b64encode(picture()).decode(), "media type"),
        ("image/png", "no base64", "invalid base64"),
        ("image/png", "A" * (5 * 1024 * 1024 + 4), "exceeds 5 MB"),
    ],
)
def test_claude_looks_at_the_bytes_of_an_image(media_type: str, data: str, problem: str) -> None:
    source = {"type": "base64", "media_type": media_type, "data": data}
    block = {"type": "image", "source": source}
    found = " ".join(
        image_problems([{"role": "user", "content": [block]}, {"role": "user", "content": "Hi"}])
    )
    assert problem in found
    assert bool(found) == bool(problem)
