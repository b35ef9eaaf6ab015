"""Whatever a client writes, in whatever place: an answer, never a crash, never a time that is not free."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ai.guided.state import State
from ai.proposals.lifecycle import close, hold_ids
from ai.tests.guided_chat import Chat
from ai.tests.guided_words import LANGUAGES, WORDS
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.turn.drafts import Accept, BookNow, Decline, Propose
from bookings.models import Service, Specialist
from bookings.selectors import active_visits, check_item, check_items
from bookings.tests.factories import MONDAY, NOW, at, make_break, make_offering, make_service, make_specialist
from bookings.values import Item
from projects.tests.factories import change_settings

_PHRASES = sorted({phrase for words in WORDS.values() for phrase in vars(words).values()})
_MORE = [
    "", " ", "?", "/start", "31.06", "23:00", "о 9", "в 5", "on Sunday", "через 24 години", "вчора о 10",
    "після 18", "до Каті", "анна", "манікюр, стрижка і брови", "все", "1-3", "1, 2, 3", "25.11", "0.0",
    "скасувати", "меню", "стоп", "29 лютого", "00:00", "24:00", "99", "-1", "'", "’’", "{lines}", "%s",
    "манікюр до Каті у середу о 10:00", "\x00", "😀", "1️⃣", "ні, краще о 12", "в субботу или воскресенье",
    "будь-який день наступного тижня", "next week", "do Anny na paznokcie", "в 3 ночи", "31.12.9999",
]  # fmt: skip
_LINE = "a line of the list, by number: "
lines = st.integers(0, 99).map(lambda number: f"{_LINE}{number}")
texts = st.one_of(
    st.integers(0, 10).map(str),
    st.sampled_from(_PHRASES + _MORE),
    st.lists(st.sampled_from(_PHRASES + _MORE), min_size=2, max_size=3).map(" ".join),
    st.text(max_size=30),
)
bursts = st.one_of(
    lines.map(lambda line: [line]), lines.map(lambda line: [line]), st.lists(texts, min_size=1, max_size=3)
)
_FIELDS = {
    "step": st.sampled_from(
        ["menu", "services", "specialist", "day", "time", "change", "cancel", "answer", "?"]
    ),
    "services": st.lists(st.integers(-2, 2**70), max_size=3),
    "people": st.lists(st.integers(-3, 2**70), max_size=3),
    "who": st.integers(-3, 2**70),
    "only": st.lists(st.integers(-1, 9), max_size=3),
    "booking": st.none() | st.integers(-1, 2**70),
    "first": st.none() | st.dates().map(str),
    "last": st.none() | st.dates().map(str),
    "earliest": st.none() | st.times().map(str),
    "latest": st.none() | st.times().map(str),
    "exact": st.booleans(),
    "after": st.text(max_size=10) | st.datetimes().map(str) | st.dates().map(str),
    "choices": st.lists(
        st.text(max_size=5) | st.sampled_from(["more", "all", "0", "-1", "1", "2026-11-24", "9999-12-31"])
        | st.just("2026-11-24T08:00:00+00:00"),
        max_size=5,
    ),
    "misses": st.integers(0, 4),
}  # fmt: skip
states = st.fixed_dictionaries({}, optional=_FIELDS)
few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def make_busy_salon() -> VoiceSalon:
    """Two do manicure, one has a break and a visit, the client has a visit every day."""
    salon = make_salon()
    katia = make_specialist(salon.project, "Катя", position=3, does_every_service=False)
    make_offering(katia, salon.manicure, duration_minutes=90, price=900)
    make_offering(katia, salon.haircut)
    make_offering(salon.olga, make_service(salon.project, "Манікюр з покриттям", position=4))
    make_break(salon.project, 0, "13:00", "14:00", salon.anna)
    for ahead, clock in enumerate(("14:00", "10:00", "12:00", "11:00", "18:00", "09:00")):
        salon.booking(at(clock, MONDAY + timedelta(days=ahead - 1)))
    return salon


def holds(chat: Chat) -> list[int]:
    """What the open card holds: free for this client."""
    return hold_ids(dialogue=chat.dialogue)


def hold_true(chat: Chat, before: list[int]) -> None:
    """Check what every draft promises; `before` is what was held for the client when it was made."""
    draft = chat.draft
    assert draft.text or draft.action or draft.handoff
    assert draft.guided_state is not None
    wish = draft.action
    if isinstance(wish, BookNow):
        check_items(project=chat.salon.project, items=wish.visits[0], ignore_booking_ids=before)
    elif isinstance(wish, Propose):
        _check_proposal(chat, wish, before)
    if draft.guided_state.get("step") == "time":
        _check_times(chat, State.model_validate(draft.guided_state), before)


def _check_proposal(chat: Chat, wish: Propose, before: list[int]) -> None:
    own = {visit.pk: visit for visit in active_visits(client=chat.client)}
    assert set(wish.booking_ids) <= set(own)
    if wish.kind == "book":
        check_items(project=chat.salon.project, items=wish.visits[0], ignore_booking_ids=before)
    elif wish.kind == "change":
        assert wish.start is not None
        visit = own[wish.booking_ids[0]]
        item = Item(visit.service_id, wish.specialist_id, wish.start)
        check_item(project=chat.salon.project, item=item, ignore_booking_ids=[visit.pk, *before])
        assert (wish.start, wish.specialist_id) != (visit.start, visit.specialist_id)


def _check_times(chat: Chat, state: State, before: list[int]) -> None:
    """Each shown start of the first service can be booked right now."""
    ignored = [*before, *([state.booking] if state.booking else [])]
    for choice in state.choices:
        if choice != "more":
            person = state.people[0] if state.people[0] > 0 else None
            item = Item(state.services[0], person, datetime.fromisoformat(choice))
            check_item(project=chat.salon.project, item=item, ignore_booking_ids=ignored)


def _on_the_list(chat: Chat, text: str) -> str:
    """Turn "a line" into the number of one that was really shown."""
    if not text.startswith(_LINE):
        return text
    shown = len((chat.state or {}).get("choices", [])) or 7
    return str(int(text.removeprefix(_LINE)) % shown + 1)


def take(chat: Chat, burst: list[str]) -> None:
    """Say the burst, check the draft, do what a commit would do."""
    before = holds(chat)
    chat.say(*(_on_the_list(chat, text) for text in burst))
    hold_true(chat, before)
    action = chat.draft.action
    if isinstance(action, Accept | Decline):
        chat.settle()
    elif isinstance(action, Propose):
        chat.show_card()
    if chat.draft.handoff:
        chat.state = {}


class GuidedProperties(TestCase):
    """Each example runs in a transaction of its own that is rolled back."""

    @few
    @given(st.sampled_from(LANGUAGES), st.booleans(), st.lists(bursts, min_size=3, max_size=9))
    def test_any_talk_is_answered_and_offers_only_what_is_free(
        self, language: str, asks_first: bool, talk: list[list[str]]
    ) -> None:
        with time_machine.travel(NOW):
            salon = make_busy_salon()
            change_settings(salon.project, confirm_before_booking=asks_first)
            chat = Chat(salon, language)
            for burst in talk:
                take(chat, burst)

    @few
    @given(states, bursts)
    def test_no_stored_place_is_too_broken(self, raw: dict[str, Any], burst: list[str]) -> None:
        with time_machine.travel(NOW):
            salon = make_busy_salon()
            known = [service.pk for service in Service.objects.filter(project=salon.project)]
            people = [one.pk for one in Specialist.objects.filter(project=salon.project)]
            visits = [visit.pk for visit in active_visits(client=salon.client)]
            chat = Chat(salon, "uk")
            mended = {
                "services": [known[number % len(known)] for number in raw.get("services", [])],
                "people": [[*people, 0, -1][number % (len(people) + 2)] for number in raw.get("people", [])],
                "booking": visits[0] if raw.get("booking") else None,
            }
            for stored in (raw, {**raw, **mended}):
                chat.state = {**stored, "v": 1, "at": NOW.isoformat()}
                chat.dialogue.messages.all().delete()
                take(chat, burst)
                close(dialogue=chat.dialogue, state="dead")
