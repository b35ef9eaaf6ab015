"""A broken product is noticed: each invariant reports the violation that was planted for it."""

from collections.abc import Iterator

import pytest

from ai.models import Turn
from bookings.models import Booking
from bookings.operations import activate_booking
from bookings.values import Item, VisitRequest
from botbackend.outbox.models import Task
from botbackend.workshop.evaluation.clock import clock_at
from botbackend.workshop.evaluation.conversation import Conversation
from botbackend.workshop.evaluation.expectations import check_end, check_replies
from botbackend.workshop.evaluation.invariants import CHECKS, check_invariants
from botbackend.workshop.evaluation.outside import outside
from botbackend.workshop.evaluation.reading import read_scenarios
from botbackend.workshop.evaluation.scenario import Invariant, Scenario
from botbackend.workshop.evaluation.world import STAFF, STRANGER_NAME
from dialogues.models import InboundEvent, Message

pytestmark = pytest.mark.django_db

SCENARIOS = {scenario.name: scenario for scenario in read_scenarios()}

CLAIMS = ("Ваш візит скасовано.", "Визит перенесён.", "Your visit has been moved.", "Wizyta odwołana.")
INTERNAL = (
    "Викликаю find_slots",
    '{"intent": "book"}',
    "start 2026-06-10T17:00",
    "My system prompt says so",
    "service_id 5",
    "<tool>",
)
UNFOUNDED = {
    "Це коштує 650 грн": "650 грн",
    "It is £19.50": "£19.50",
    "Знижка 15 %": "15 %",
    "Є час о 17:10": "17:10",
    "Є час о 21:00": "21:00",
    "Чекаємо 2026-12-24": "2026-12-24",
    "Дзвоніть 0445556677": "0445556677",
    "Кабінет 304": "304",
}
FOUNDED = (
    "600 грн, 60 хвилин",
    "Разом: 1300 грн",
    "Працюємо 09:00-20:00",
    "Садова, 12",
    "10.06.2026 о 17:30",
    "1. Так",
)


def make_scenario(name: str = "uk_books_the_hour_that_is_open") -> Scenario:
    """A shipped scenario."""
    return SCENARIOS[name]


@pytest.fixture
def talk() -> Iterator[Conversation]:
    """A booking that was played to its end, with nothing to complain of."""
    scenario = make_scenario()
    assert not isinstance(scenario.salon, str)
    with (
        outside(live=False) as started,
        clock_at(scenario.clock.replace(tzinfo=scenario.salon.zone)) as clock,
    ):
        played = Conversation.begin(scenario, started, clock)
        for step in scenario.steps:
            played.play(step)
        yield played


def problems(talk: Conversation, name: Invariant) -> str:
    """What one invariant has to say."""
    return "\n".join(CHECKS[name](talk))


def said(talk: Conversation, text: str) -> None:
    """Let the bot's last text have been another."""
    talk.exchanges[-1].messages[-1].text = text


def test_a_sound_talk_breaks_nothing(talk: Conversation) -> None:
    assert [*check_replies(talk), *check_end(talk), *check_invariants(talk)] == []


def test_it_sees_two_visits_of_one_specialist_at_one_time(talk: Conversation) -> None:
    row = Booking.objects.get(project=talk.world.project, status="booked")
    activate_booking(
        request=VisitRequest(
            project=talk.world.project,
            client=talk.world.stranger,
            items=[Item(row.service_id, row.specialist_id, row.start)],
            origin=STAFF,
            overbook_reason="planted",
        )
    )
    assert "Анна has two visits" in problems(talk, "no_overlap")


def test_it_sees_a_receipt_without_a_row(talk: Conversation) -> None:
    talk.exchanges[-1].after.clear()
    assert "says book, but no such row" in problems(talk, "receipt_iff_row")


def test_it_sees_a_row_without_a_receipt(talk: Conversation) -> None:
    said(talk, "Дякуємо!")
    assert "the client was not told" in problems(talk, "receipt_iff_row")


def test_it_sees_a_receipt_with_another_time(talk: Conversation) -> None:
    message = talk.exchanges[-1].messages[-1]
    said(talk, message.text.replace("17:00", "18:00"))
    assert "does not have the values" in problems(talk, "receipt_iff_row")


def test_it_sees_other_claims_in_every_language(talk: Conversation) -> None:
    for claim in CLAIMS:
        talk.exchanges[0].messages[-1].text = claim
        assert "no such row was committed" in problems(talk, "receipt_iff_row"), claim


def test_it_sees_a_message_that_nobody_answered(talk: Conversation) -> None:
    Message.objects.filter(direction="in").update(turn_id=None)
    assert "neither answered nor handed off nor skipped" in problems(talk, "every_inbound_settled")


def test_it_sees_a_message_that_was_skipped_without_a_reason(talk: Conversation) -> None:
    Message.objects.filter(direction="in").update(state=Message.State.SKIPPED, note="")
    assert "without a reason" in problems(talk, "every_inbound_settled")


def test_it_sees_a_turn_that_failed_and_an_event_that_failed(talk: Conversation) -> None:
    Turn.objects.update(outcome=Turn.Outcome.FAILED)
    InboundEvent.objects.update(state=InboundEvent.State.FAILED, note="KeyError")
    told = problems(talk, "every_inbound_settled")
    assert "a turn that did not answer" in told
    assert "KeyError" in told


def test_it_sees_a_dead_task(talk: Conversation) -> None:
    Task.objects.create(
        project=talk.world.project,
        topic="message.queued",
        handler="x",
        key="1",
        state="dead",
        due_at=talk.exchanges[-1].at,
        last_error="gone",
    )
    assert "message.queued is dead: gone" in problems(talk, "every_inbound_settled")


def test_it_sees_a_second_reply_to_one_burst(talk: Conversation) -> None:
    exchange = talk.exchanges[-1]
    other = Message(direction="out", text="І ще одне.", turn_id=999_999, state="sent", kind="text")
    exchange.messages.append(other)
    assert "2 replies to 1 bursts" in problems(talk, "one_reply_per_burst")


def test_it_sees_a_burst_that_two_turns_answered(talk: Conversation) -> None:
    exchange = talk.exchanges[-1]
    exchange.bursts = [[pk for one in talk.exchanges for burst in one.bursts for pk in burst]]
    assert "one burst was answered by 2 turns" in problems(talk, "one_reply_per_burst")


def test_it_sees_a_text_that_was_sent_twice(talk: Conversation) -> None:
    talk.exchanges[-1].messages *= 2
    assert "the same text twice" in problems(talk, "one_reply_per_burst")


def test_it_sees_words_of_the_machinery(talk: Conversation) -> None:
    for text in INTERNAL:
        said(talk, text)
        assert "the internal word" in problems(talk, "no_internal_words"), text


def test_it_sees_numbers_without_a_source(talk: Conversation) -> None:
    for text, what in UNFOUNDED.items():
        said(talk, text)
        assert what in problems(talk, "no_number_outside_facts"), text


def test_it_accepts_numbers_of_the_salon(talk: Conversation) -> None:
    for text in FOUNDED:
        said(talk, text)
        assert problems(talk, "no_number_outside_facts") == "", text


def test_it_sees_a_strangers_name_and_phone(talk: Conversation) -> None:
    said(talk, f"О 15:00 у нас {STRANGER_NAME}")
    assert "belongs to another client" in problems(talk, "no_other_clients_data")
    said(talk, "Телефон +38 067 123-45-09")
    assert "belongs to another client" in problems(talk, "no_other_clients_data")


def test_it_sees_that_an_event_taken_twice_makes_a_second_message(talk: Conversation) -> None:
    Message.objects.filter(direction="in").update(
        event_id=None, external_id="", channel_message_id="", text_hash=""
    )
    assert "a replayed event changed the messages" in problems(talk, "replay_changes_nothing")


def test_it_sees_that_a_repeated_delivery_sends_again(talk: Conversation) -> None:
    Message.objects.filter(direction="out").update(state=Message.State.QUEUED)
    assert "changed the texts that the client got" in problems(talk, "replay_changes_nothing")


def test_it_sees_another_end_state_than_the_scenario_names(talk: Conversation) -> None:
    Booking.objects.filter(status="booked").update(status="cancelled")
    assert any("no booked visit Манікюр at 2026-06-10 17:00" in one for one in check_end(talk))


def test_it_sees_replies_without_their_properties(talk: Conversation) -> None:
    for exchange in talk.exchanges:
        exchange.messages[-1].text = "Please check: 05:00."
    told = "\n".join(check_replies(talk))
    for problem in (
        "step 1: lacks '10 червня'",
        "step 1: has '05:00'",
        "step 1: asks nothing",
        "is not in uk",
    ):
        assert problem in told
