"""Other clients of the same salon: Claude is told nothing of them, and a reply that names one is not sent."""

import json
from itertools import product
from typing import Any

import pytest

from ai.models import Turn
from ai.tests.factories import SalonRows, Talk, make_search, objects, responds, understood
from bookings.models import Booking
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.tests.factories import make_incoming

pytestmark = pytest.mark.django_db

CLOCK = "11:00"
SECRETS = ("Zorepadka", "Vyshnevska", "671112233", "stranger-contact", "Bohumila", "likes silence")
DRAFTS = {
    "en": ("Katherine comes before you.", "Her number is +380 67 111 22 33.", "She comes at 11:00."),
    "uk": ("Перед вами прийде Катерина.", "Її номер +380 67 111 22 33.", "Вона прийде об 11:00."),
    "ru": ("Перед вами придёт Екатерина.", "Её номер +380 67 111 22 33.", "Она придёт в 11:00."),
    "pl": ("Przed panią przyjdzie Katarzyna.", "Jej numer to +380 67 111 22 33.", "Ona przyjdzie o 11:00."),
}
KINDS = ("person", "contact", "time")


@pytest.fixture
def taken(salon: SalonRows) -> Booking:
    """Somebody else's visit of tomorrow with Anna, who has written to the salon too."""
    stranger = Talk(salon, contact_id="stranger-contact", name="Zorepadka Vyshnevska")
    stranger.client.phone = "+380671112233"
    stranger.client.save()
    make_incoming(stranger.dialogue, "My aunt likes silence", turn_id=1)
    return activate_booking(
        request=VisitRequest(
            project=salon.project,
            client=stranger.client,
            items=[Item(salon.manicure.pk, salon.anna.pk, salon.at(CLOCK))],
            origin=Origin(source=Booking.Source.ADMIN, for_staff=True),
            guest_name="Bohumila",
            guest_phone="+380671112233",
        )
    )[0]


def sent(claude: ClaudeStandIn) -> str:
    """Everything that Claude was sent, as one text."""
    requests = claude.log.find(path="/v1/messages$")
    return "\n".join(json.dumps(record.body, ensure_ascii=False) for record in requests)


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {name: arguments}


def test_claude_is_told_nothing_of_another_client_whatever_it_asks_for(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, taken: Booking
) -> None:
    day, start = salon.day(), f"{salon.day()}T{CLOCK}"
    manicure, anna = salon.manicure.pk, salon.anna.pk
    understood(claude, book=[manicure], day=day)
    visit = {"service": manicure, "specialist": anna, "start": start, "for": ""}
    responds(
        claude,
        call("find_slots", wish=make_search(manicure, specialist=anna, day=day)),
        call("propose_booking", visits=[{"items": [visit]}], guest_phone="", note=""),
        call("propose_cancel", visits=[taken.pk]),
        "Which time suits you?",
    )
    assert talk.say("manicure tomorrow, who else comes?") == "Which time suits you?"
    turn = Turn.objects.get()
    assert [used["name"] for used in turn.trace["tools"]] == [
        "find_slots",
        "propose_booking",
        "propose_cancel",
    ]
    told = sent(claude)
    assert [secret for secret in SECRETS if secret in told] == []
    assert f"{day}T10:00" in told
    asked = json.dumps(visit["start"])
    assert told.replace(asked, "").replace(asked.replace('"', '\\"'), "").count(start) == 0


def test_claude_is_told_no_other_visit_when_one_is_to_be_moved(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, taken: Booking
) -> None:
    understood(claude, change=[taken.pk], day=salon.day())
    claude.script.add(Rule(when={"kind": "respond"}, answer={"text": "Which visit?"}, times=None))
    talk.say("move Kate's visit")
    told = sent(claude)
    assert [secret for secret in SECRETS if secret in told] == []
    assert f"{salon.day()}T{CLOCK}" not in told


@pytest.mark.parametrize(("language", "kind"), list(product(DRAFTS, KINDS)))
def test_a_reply_that_names_another_client_is_not_sent(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, taken: Booking, language: str, kind: str
) -> None:
    draft = DRAFTS[language][KINDS.index(kind)]
    understood(claude, wants="question", language=language)
    claude.script.add(Rule(when={"kind": "respond"}, answer={"text": draft}, times=None))
    objects(claude, draft)
    objects(claude, draft)
    reply = talk.say("ok?")
    assert reply
    assert draft not in reply
    drafts = Turn.objects.get().trace["guard"]
    assert [one["text"] for one in drafts] == [draft, draft]
    assert all(one["violations"] for one in drafts)
    assert [secret for secret in SECRETS if secret in sent(claude)] == []
