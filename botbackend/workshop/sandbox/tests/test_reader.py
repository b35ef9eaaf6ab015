"""What the rule-based reader understands, asked as the product asks Claude."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude import READER, ClaudeStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import UNDERSTAND_SCHEMA, ask, text_in

FORMAT = {"format": {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}}
UKRAINIAN: Json = {
    "services": [{"id": 1, "name": "Стрижка"}, {"id": 2, "name": "Фарбування"}, {"id": 3, "name": "Манікюр"},
                 {"id": 4, "name": "Масаж"}, {"id": 5, "name": "Манікюр з гель-лаком"}],
    "specialists": [{"id": 11, "name": "Анна"}, {"id": 12, "name": "Марія"}, {"id": 13, "name": "Олена"}],
}  # fmt: skip
ENGLISH: Json = {
    "services": [{"id": 1, "name": "Haircut"}, {"id": 2, "name": "Coloring"}, {"id": 3, "name": "Manicure"},
                 {"id": 4, "name": "Massage"}],
    "specialists": [{"id": 11, "name": "Anna"}, {"id": 12, "name": "Maria"}, {"id": 13, "name": "Elena"}],
}  # fmt: skip
VISITS = [
    {"id": 7, "service": "Манікюр", "specialist": "Анна", "start": "2026-11-24T15:00"},
    {"id": 8, "service": "Стрижка", "specialist": "Марія", "start": "2026-11-25T12:00"},
]
NOW = "2026-11-22T14:50"  # a Sunday


@pytest.fixture(scope="module")
def reader() -> Iterator[ClaudeStandIn]:
    with running(ClaudeStandIn(mode=READER)) as server:
        yield server
        assert server.bugs == []
        assert server.violations == []


def understood(
    server: ClaudeStandIn,
    text: str,
    *,
    catalogue: Json = UKRAINIAN,
    history: tuple[tuple[str, str], ...] = (),
    **facts: Any,
) -> Json:
    """The understanding without what is empty."""
    told = {"now": NOW, "messages": [{"text": text, "received": NOW}], "client_visits": [],
            "open_proposal": None, **facts}  # fmt: skip
    messages = [{"role": role, "content": line} for role, line in history]
    messages.append({"role": "user", "content": json.dumps(told, ensure_ascii=False)})
    system = f"Rules.\n```json\n{json.dumps(catalogue, ensure_ascii=False)}\n```\nMore rules."
    answer = json.loads(text_in(ask(server, system=system, messages=messages, output_config=FORMAT)))
    assert set(answer) == set(UNDERSTAND_SCHEMA["required"])
    return {name: value for name, value in answer.items() if value not in (None, [], False, "none")}


def book(day: str | None = None, weekday: str | None = None, time: str | None = None, **more: Any) -> Json:
    """A wish to book on one day at an exact time."""
    wish: Json = {"intent": "book", **more}
    if day:
        wish |= {"date_from": f"2026-{day}", "date_to": f"2026-{day}"}
    if weekday:
        wish["weekday"] = weekday
    if time:
        wish |= {"time_from": time, "exact_time": True}
    return wish


TOMORROW, IN_TWO, IN_THREE = ("11-23", None), ("11-24", None), ("11-25", None)
MON, TUE, WED, THU = ("11-23", "mon"), ("11-24", "tue"), ("11-25", "wed"), ("11-26", "thu")
FRI, SAT, NEXT_SUN = ("11-27", "fri"), ("11-28", "sat"), ("11-29", "sun")
WISHES: dict[str, Json] = {
    "Хочу на манікюр завтра о 15": book(*TOMORROW, "15:00", service_ids=[3], language="uk"),
    "манікюр з гель лаком у четвер о 17:30": book(*THU, "17:30", service_ids=[5], language="uk"),
    "Можна на стрижку 25 листопада о 15.00?": book(*IN_THREE, "15:00", service_ids=[1], language="uk"),
    "о пів на сьому завтра": book(*TOMORROW, "18:30", language="uk"),
    "о третій завтра": book(*TOMORROW, "15:00", language="uk"),
    "о 3 дня завтра": book(*TOMORROW, "15:00", language="uk"),
    "в неділю о 11": book(*NEXT_SUN, "11:00", language="uk"),
    "через 3 дні масаж": book(*IN_THREE, service_ids=[4], language="uk"),
    "чи є вільні віконечка у Анни на понеділок?": book(*MON, specialist_id=11, language="uk"),
    "післязавтра вранці масаж і стрижку": book(
        *IN_TWO, service_ids=[4, 1], time_from="09:00", time_to="12:00", language="uk"),
    "у вівторок після 17 фарбування до Марії": book(
        *TUE, service_ids=[2], specialist_id=12, time_from="17:00", language="uk"),
    "з 10 до 14 в четвер стрижка": book(
        *THU, service_ids=[1], time_from="10:00", time_to="14:00", language="uk"),
    "на вихідних манікюр": {"intent": "book", "service_ids": [3], "date_from": "2026-11-28",
                            "date_to": "2026-11-29", "language": "uk"},
    "на наступному тижні стрижка": {"intent": "book", "service_ids": [1], "date_from": "2026-11-23",
                                    "date_to": "2026-11-29", "language": "uk"},
    "Манікюр у п'ятницю 25 листопада": book("11-25", "fri", service_ids=[3], language="uk"),
    "Запишіть мою маму Олену на стрижку в середу о 12": book(
        *WED, "12:00", service_ids=[1], guest_name="Олена", language="uk"),
    "manikur zavtra o 15": book(*TOMORROW, "15:00", service_ids=[3], language="uk"),
    "Запишите меня на маникюр к Анне в пятницу в 15:00": book(
        *FRI, "15:00", service_ids=[3], specialist_id=11, language="ru"),
    "стрижка 25.11 в 10:30, пожалуйста": book(*IN_THREE, "10:30", service_ids=[1], language="ru"),
    "в полседьмого в субботу": book(*SAT, "18:30", language="ru"),
    "запишите в среду на 10 утра на маникюр": book(*WED, "10:00", service_ids=[3], language="ru"),
    "Hi, book a manicure with Anna tomorrow at 3pm please": book(
        *TOMORROW, "15:00", service_ids=[3], specialist_id=11, language="en"),
    "a haircut on 25 Nov, in the afternoon": book(
        *IN_THREE, service_ids=[1], time_from="12:00", time_to="17:00", language="en"),
    "half past six on Saturday": book(*SAT, "18:30", language="en"),
    "Chcę umówić się na strzyżenie jutro o 16:00": book(*TOMORROW, "16:00", service_ids=[1], language="pl"),
    "10.12 о 10.10": book("12-10", None, "10:10", language="uk"),
    "15:00": book(time="15:00", language="uk"),
    "Скільки коштує манікюр?": {"intent": "question", "service_ids": [3], "language": "uk"},
    "Сколько стоит стрижка?": {"intent": "question", "service_ids": [1], "language": "ru"},
    "How much is a massage?": {"intent": "question", "service_ids": [4], "language": "en"},
    "Покличте адміністратора": {"intent": "human", "language": "uk"},
    "позовите живого человека, пожалуйста": {"intent": "human", "language": "ru"},
    "Привіт!": {"intent": "smalltalk", "language": "uk"},
    "/start": {"intent": "smalltalk", "language": "uk"},
    "мої записи": {"intent": "my_bookings", "language": "uk"},
    "when is my appointment?": {"intent": "my_bookings", "language": "en"},
    "стоп": {"intent": "stop", "language": "uk"},
    "asdf qwer": {"intent": "unclear", "language": "en"},
    "Мене звати Ірина, +380671112233": {
        "intent": "smalltalk", "client_name": "Ірина", "client_phone": "+380671112233", "language": "uk"},
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), WISHES.items(), ids=WISHES.keys())
def test_it_understands(reader: ClaudeStandIn, text: str, wanted: Json) -> None:
    assert understood(reader, text) == wanted


@pytest.mark.parametrize(
    ("text", "service", "specialist"),
    [
        ("Хочу манікюр до Анни", 3, 11),
        ("покраска к Елене", 2, 13),
        ("фарбування до Олени", 2, 13),
        ("hair coloring with Maria", 2, 12),
    ],
)
def test_it_finds_an_english_catalogue_in_another_language(
    reader: ClaudeStandIn, text: str, service: int, specialist: int
) -> None:
    found = understood(reader, text, catalogue=ENGLISH)
    assert (found["service_ids"], found["specialist_id"]) == ([service], specialist)


@pytest.mark.parametrize(
    ("text", "answer", "time"),
    [
        ("так", "yes", None),
        ("Так, записуйте", "yes", None),
        ("да", "yes", None),
        ("yes please", "yes", None),
        ("👍", "yes", None),
        ("+", "yes", None),
        ("добре, дякую", "yes", None),
        ("ні", "no", None),
        ("нет, не надо", "no", None),
        ("так, але о 16", "no", "16:00"),
        ("Ні, давайте на 17:00", "no", "17:00"),
        ("Скільки це коштує?", None, None),
    ],
)
def test_it_answers_an_open_proposal(
    reader: ClaudeStandIn, text: str, answer: str | None, time: str | None
) -> None:
    found = understood(reader, text, open_proposal={"proposal_id": 1})
    assert (found.get("answer"), found.get("time_from")) == (answer, time)


def test_a_yes_without_a_proposal_is_no_answer(reader: ClaudeStandIn) -> None:
    assert "answer" not in understood(reader, "так")


@pytest.mark.parametrize(
    ("text", "intent", "ids", "day"),
    [
        ("отмените маникюр", "cancel", [7], None),
        ("cancel my haircut", "cancel", [8], None),
        ("скасуйте запис на середу", "cancel", [8], "2026-11-25"),
        ("скасуйте всі", "cancel", [7, 8], None),
        ("скасуйте запис", "cancel", None, None),
        ("перенесіть стрижку на п'ятницю о 12", "change", [8], "2026-11-27"),
        ("перенеси маникюр со вторника на четверг на 16:00", "change", [7], "2026-11-26"),
        ("move my manicure to Friday at 5pm", "change", [7], "2026-11-27"),
    ],
)
def test_it_tells_which_visit_is_meant(
    reader: ClaudeStandIn, text: str, intent: str, ids: list[int] | None, day: str | None
) -> None:
    found = understood(reader, text, client_visits=VISITS)
    assert (found["intent"], found.get("booking_ids"), found.get("date_from")) == (intent, ids, day)


def test_it_completes_a_wish_from_what_was_said_before(reader: ClaudeStandIn) -> None:
    before = (("user", "Хочу манікюр до Анни"), ("assistant", "На який день?"))
    found = understood(reader, "завтра о 15", history=before)
    assert found == book(*TOMORROW, "15:00", service_ids=[3], specialist_id=11, language="uk")
    moving = (("user", "перенесіть мій запис"), ("assistant", "На який день?"))
    found = understood(reader, "на п'ятницю о 12", history=moving, client_visits=VISITS[:1])
    assert (found["intent"], found["booking_ids"]) == ("change", [7])
    which = (("user", "скасуйте запис"), ("assistant", "Який саме?"))
    found = understood(reader, "стрижку", history=which, client_visits=VISITS)
    assert (found["intent"], found["booking_ids"]) == ("cancel", [8])


def test_a_finished_wish_is_not_taken_up_again(reader: ClaudeStandIn) -> None:
    done = (("user", "Хочу манікюр завтра о 15"), ("assistant", "✅ Записано: манікюр"))
    assert understood(reader, "дякую", history=done) == {"intent": "smalltalk", "language": "uk"}


def test_relative_days_count_from_the_moment_the_message_came(reader: ClaudeStandIn) -> None:
    late = [{"text": "стрижку на завтра", "received": "2026-11-21T23:58"}]
    assert understood(reader, "", messages=late, now="2026-11-22T00:03")["date_from"] == "2026-11-22"


def test_a_guests_phone_is_not_the_clients(reader: ClaudeStandIn) -> None:
    found = understood(reader, "запишите подругу Ирину на маникюр, её номер 0671112233")
    assert (found["guest_name"], found["guest_phone"]) == ("Ирина", "0671112233")
    assert "client_phone" not in found


def test_it_says_that_it_is_a_stand_in(reader: ClaudeStandIn) -> None:
    understood(reader, "привіт")
    assert reader.requests[-1].notes["kind"] == "understand"
