"""Photos that were fetched and voice that was heard, in a turn."""

from base64 import b64encode
from typing import Any

import pytest

from ai.models import Turn
from ai.tests.factories import SalonRows, Talk, bodies, make_booking, responds, understood
from ai.tests.test_turn import wishes
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.media import picture
from dialogues.models import Attachment, Message

pytestmark = pytest.mark.django_db


def keep(message: Message, **values: object) -> Attachment:
    """Let the message's photo be fetched."""
    row: Attachment = Attachment.objects.create(
        project_id=message.project_id,
        message=message,
        **{
            "kind": "picture",
            "state": "done",
            "mime_type": "image/png",
            "content": picture(),
            "size": 9,
            **values,
        },
    )
    Message.objects.filter(pk=message.pk).update(media={"file_id": "f", "attachment": row.pk})
    return row


def said(claude: ClaudeStandIn) -> list[Any]:
    """The blocks of the client's words in the first respond request; the facts come after them."""
    blocks: list[Any] = bodies(claude, "respond")[0]["messages"][-2]["content"]
    return blocks


def images(claude: ClaudeStandIn) -> list[object]:
    blocks = said(claude)
    return [block["source"] for block in blocks if block["type"] == "image"]


def test_a_fetched_photo_is_shown_to_the_model_as_bytes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    keep(talk.write("like this", kind="photo"))
    understood(claude, wants="question")
    responds(claude, "What a nice colour!")
    assert talk.answer() == "What a nice colour!"
    data = b64encode(picture()).decode()
    assert images(claude) == [{"type": "base64", "media_type": "image/png", "data": data}]


def test_a_photo_without_words_is_an_answerable_message(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    keep(talk.write("", kind="photo"))
    understood(claude, wants="question")
    responds(claude, "What a nice colour!")
    assert talk.answer() == "What a nice colour!"
    assert len(images(claude)) == 1


def test_the_visit_leads_to_the_photo(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    row = keep(talk.write("like this, tomorrow at 15:00", kind="photo"))
    wishes(claude, salon)
    responds(claude, make_booking(salon.manicure.pk, f"{salon.day()}T15:00"), "What a nice colour!")
    talk.answer()
    talk.say("yes")
    assert salon.visits()[0].photo_url == f"/admin/dialogues/attachment/{row.pk}/content"


@pytest.mark.parametrize("values", [{"size": 3_700_001}, {"state": "failed"}, {"kind": "recording"}])
def test_what_no_model_takes_is_not_sent(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, values: dict[str, object]
) -> None:
    keep(talk.write("like this", kind="photo"), **values)
    understood(claude, wants="question")
    responds(claude, "Which colour do you mean?")
    talk.answer()
    assert images(claude) == []


@pytest.mark.parametrize("media", [{"file_id": "f"}, {"url": "https://login.sendpulse.com/media?id=1"}])
def test_a_photo_that_could_not_be_fetched_gets_an_honest_word(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, media: dict[str, str]
) -> None:
    assert "Thank you for the photo" in talk.say("", kind="photo", media=media)
    assert bodies(claude) == []


def test_what_was_heard_is_answered_and_the_trace_says_that_it_was_heard(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    message = talk.write("do you have parking?", kind="voice", media={"heard": True})
    talk.write("and a lift?")
    understood(claude, wants="question")
    responds(claude, "Yes, behind the house.")
    assert talk.answer() == "Yes, behind the house."
    words = said(claude)[-1]["text"]
    assert words == "[voice, heard] do you have parking?\nand a lift?"
    turn = Turn.objects.get()
    assert turn.trace is not None
    assert turn.trace["heard"] == [message.pk]
