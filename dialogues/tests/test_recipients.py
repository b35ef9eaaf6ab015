"""A salon's bot writes to nobody but its own clients, also where several salons share one account."""

from typing import Any

import pytest
from pytest_django import Settings

from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse.contacts import Bot
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.outbound.messages import say
from dialogues.outbound.recipients import FOREIGN
from dialogues.selectors import show_typing
from dialogues.staff import handoff
from dialogues.tests.factories import BOT_ID, make_dialogue, make_event, make_project
from dialogues.tests.steps import deliver, receive, states
from dialogues.tests.test_delivery import deliver_after, fault
from projects.models import Project
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
OTHER_BOT = "7771465ac84ab24b4702fa99"
GET, WRITES = "/telegram/contacts/get$", "/telegram/contacts/(send|set|delete)"


@pytest.fixture(autouse=True)
def _one_account(sendpulse: SendPulseStandIn, settings: Settings) -> None:
    """The installation's account, with the bots of two salons."""
    settings.SENDPULSE_CLIENT_ID, settings.SENDPULSE_CLIENT_SECRET = "sp_id_demo", "sp_sk_demo"
    sendpulse.contacts.bots[OTHER_BOT] = Bot(OTHER_BOT, "Other Bot")


def make_salon(**over: Any) -> Project:
    values = {"sendpulse_client_id": "", "sendpulse_client_secret": ""}
    return make_project(**{**values, **over})


def contact(sendpulse: SendPulseStandIn, bot_id: str, name: str = "olena") -> str:
    told = sendpulse.people.client_says({"contact": name, "text": "hello", "bot_id": bot_id})
    return str(told["contact_id"])


def lane(sendpulse: SendPulseStandIn, bot_id: str, **over: Any) -> Dialogue:
    return make_dialogue(project=make_salon(**over), contact_id=contact(sendpulse, bot_id))


def asked(sendpulse: SendPulseStandIn) -> int:
    return len(sendpulse.log.find(path=GET))


def test_an_own_client_is_looked_up_once(sendpulse: SendPulseStandIn) -> None:
    dialogue = lane(sendpulse, BOT_ID)
    say(dialogue=dialogue, texts=["one", "two"])
    deliver()
    say(dialogue=dialogue, texts=["three"])
    deliver()
    assert (states(), asked(sendpulse)) == (["sent"] * 3, 1)
    dialogue.refresh_from_db()
    assert dialogue.contact_bot_id == BOT_ID


def test_nothing_is_written_to_a_client_of_another_bot_and_staff_are_told(
    sendpulse: SendPulseStandIn,
) -> None:
    dialogue = lane(sendpulse, OTHER_BOT)
    say(dialogue=dialogue, texts=["Your visit"])
    deliver()
    message = Message.objects.get()
    assert (message.state, message.note) == ("failed", FOREIGN)
    task = StaffTask.objects.get()
    assert (task.kind, task.dialogue) == ("undelivered", dialogue)
    assert FOREIGN in task.reason
    assert sendpulse.log.find(path=WRITES) == []
    say(dialogue=dialogue, texts=["again"])
    deliver()
    assert (states(), asked(sendpulse)) == (["failed"] * 2, 1)


def test_an_event_with_a_foreign_contact_makes_no_bot_write_there(sendpulse: SendPulseStandIn) -> None:
    make_salon()
    receive([make_event(contact_id=contact(sendpulse, OTHER_BOT))])
    say(dialogue=Dialogue.objects.get(), texts=["Hello"])
    deliver()
    assert states() == ["failed"]
    assert sendpulse.log.find(path=WRITES) == []


def test_neither_a_typing_sign_nor_a_pause_goes_to_a_foreign_client(sendpulse: SendPulseStandIn) -> None:
    dialogue = lane(sendpulse, OTHER_BOT)
    show_typing(dialogue=dialogue)
    handoff.silence(dialogue_id=dialogue.pk, who="Anna")
    run_due(topics.PAUSE_CHANGED)
    assert (sendpulse.log.find(path=WRITES), asked(sendpulse)) == ([], 1)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 429}),
        ("status", {"status": 401, "times": 2}),
        ("cut_before", {}),
        ("cut_after", {}),
        ("garbage", {}),
    ],
)
def test_while_the_api_is_away_the_text_waits_and_is_not_in_the_dark(
    sendpulse: SendPulseStandIn, kind: str, rule: dict[str, Any]
) -> None:
    say(dialogue=lane(sendpulse, BOT_ID), texts=["one"])
    fault(sendpulse, kind, path=GET, **rule)
    deliver()
    assert states() == ["queued"]
    assert sendpulse.log.find(path=WRITES) == []
    deliver_after(61)
    assert states() == ["sent"]


def test_a_salon_that_names_no_bot_writes_to_nobody_elses_clients(sendpulse: SendPulseStandIn) -> None:
    salon = make_salon(sendpulse_bot_id="")
    own = make_dialogue(project=salon, contact_id=contact(sendpulse, BOT_ID))
    say(dialogue=own, texts=["one"])
    deliver()
    make_salon(sendpulse_bot_id=OTHER_BOT)
    foreign = make_dialogue(project=salon, contact_id=contact(sendpulse, OTHER_BOT, "iryna"))
    say(dialogue=foreign, texts=["two"])
    deliver()
    assert states() == ["sent", "failed"]


OWN = {"sendpulse_client_id": "sp_id_demo", "sendpulse_client_secret": "sp_sk_demo"}
KEY = {"sendpulse_client_id": "", "sendpulse_client_secret": "sp_static_key"}
NOTHING = {"sendpulse_client_id": "", "sendpulse_client_secret": ""}


def test_an_account_that_is_the_only_salons_own_is_not_asked(sendpulse: SendPulseStandIn) -> None:
    say(dialogue=lane(sendpulse, BOT_ID, **OWN), texts=["one"])
    deliver()
    assert (states(), asked(sendpulse)) == (["sent"], 0)


@pytest.mark.parametrize(("first", "second"), [(OWN, OWN), (NOTHING, OWN), (OWN, NOTHING), (KEY, OWN)])
def test_two_salons_that_typed_credentials_of_one_account_write_to_their_own_clients_only(
    sendpulse: SendPulseStandIn, first: dict[str, str], second: dict[str, str]
) -> None:
    make_salon(sendpulse_bot_id=OTHER_BOT, **first)
    salon = make_salon(webhook_secret="of-the-second", **second)
    for bot_id, name in ((OTHER_BOT, "olena"), (BOT_ID, "iryna")):
        dialogue = make_dialogue(project=salon, contact_id=contact(sendpulse, bot_id, name))
        show_typing(dialogue=dialogue)
        say(dialogue=dialogue, texts=["one"])
        deliver()
    assert states() == ["failed", "sent"]
    assert len(sendpulse.log.find(path=WRITES)) == 1


def test_a_client_goes_with_the_bot_when_that_becomes_another_salons(sendpulse: SendPulseStandIn) -> None:
    salon = make_salon(sendpulse_bot_id="")
    dialogue = make_dialogue(project=salon, contact_id=contact(sendpulse, BOT_ID))
    say(dialogue=dialogue, texts=["one"])
    deliver()
    make_salon(sendpulse_bot_id=BOT_ID, webhook_secret="of-the-second")
    say(dialogue=dialogue, texts=["two"])
    deliver()
    show_typing(dialogue=dialogue)
    assert states() == ["sent", "failed"]
    assert (len(sendpulse.log.find(path=WRITES)), asked(sendpulse)) == (1, 1)


def test_a_client_of_the_former_bot_is_not_written_to_under_the_next(sendpulse: SendPulseStandIn) -> None:
    dialogue = lane(sendpulse, BOT_ID)
    say(dialogue=dialogue, texts=["one"])
    deliver()
    change_settings(dialogue.project, sendpulse_bot_id=OTHER_BOT)
    say(dialogue=dialogue, texts=["two"])
    deliver()
    assert states() == ["sent", "failed"]
