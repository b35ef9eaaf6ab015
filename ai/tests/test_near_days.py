"""Today and tomorrow are called so where a client reads it now, and never where it may be read later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ai.proposals.lifecycle import HOLD
from ai.references.book import ReferenceBook
from ai.references.speech import Speech
from ai.tests.factories import SalonRows, Talk, responds, understood
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.wording.near import READ_WITHIN, read_on
from ai.wording.render import card, receipt, refusal, say_text, told
from bookings.errors import SlotTaken
from bookings.models import Booking
from bookings.selectors import find_slots
from bookings.tests.factories import KYIV, NOW, at
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

SUNDAY = date(2026, 11, 22)
MONDAY = SUNDAY + timedelta(days=1)
TUESDAY = SUNDAY + timedelta(days=2)
NEAR = {
    "uk": (
        "сьогодні, 22 листопада, о 17:00",
        "завтра, 23 листопада, о 17:00",
        "у вівторок, 24 листопада, о 17:00",
    ),
    "ru": ("сегодня, 22 ноября, в 17:00", "завтра, 23 ноября, в 17:00", "во вторник, 24 ноября, в 17:00"),
    "en": (
        "today, 22 November, at 17:00",
        "tomorrow, 23 November, at 17:00",
        "on Tuesday, 24 November, at 17:00",
    ),
    "pl": ("dziś, 22 listopada, o 17:00", "jutro, 23 listopada, o 17:00", "we wtorek, 24 listopada, o 17:00"),
}
DATED = {
    "uk": "у понеділок, 23 листопада",
    "ru": "в понедельник, 23 ноября",
    "en": "on Monday, 23 November",
    "pl": "w poniedziałek, 23 listopada",
}


def visit(salon: VoiceSalon, day: date) -> Booking:
    made = salon.booking(at("17:00", day))
    return Booking.objects.select_related("service", "specialist").get(pk=made.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("language", NEAR)
@time_machine.travel(NOW, tick=False)
def test_a_card_calls_today_and_tomorrow_so_and_other_days_by_their_weekday(language: str) -> None:
    salon = make_salon()
    for day, words in zip((SUNDAY, MONDAY, TUESDAY), NEAR[language], strict=True):
        for kind in ("book", "cancel"):
            shown = card(project=salon.project, language=language, kind=kind, bookings=[visit(salon, day)])
            assert f"— Анна, {words}" in shown
            Booking.objects.update(status="cancelled")


@pytest.mark.django_db
@pytest.mark.parametrize("language", DATED)
@time_machine.travel(NOW, tick=False)
def test_what_is_kept_as_a_confirmation_or_comes_unasked_has_the_date_alone(language: str) -> None:
    salon = make_salon()
    row = visit(salon, MONDAY)
    words: dict[str, Any] = {"project": salon.project, "language": language, "bookings": [row]}
    for text in (
        receipt(**words, kind="book"),
        receipt(**words, kind="cancel"),
        receipt(**words, kind="change", before=[row], cancelled=[row]),
        told(**words, kind="change", before=[row]),
    ):
        assert DATED[language] in text
        assert NEAR[language][1].split(",")[0] not in text


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_offers_and_lists_call_near_days_so_too() -> None:
    salon = make_salon()
    row = visit(salon, MONDAY)
    slots = find_slots(
        project=salon.project, service_ids=[salon.manicure.pk], date_from=MONDAY, date_to=MONDAY, limit=1
    )
    error = SlotTaken("taken", alternatives=slots)
    error.items = ()
    assert "Завтра, 23 листопада: 09:00 (Анна)" in refusal(project=salon.project, language="uk", error=error)
    mine = say_text(project=salon.project, language="uk", key="my_visits", bookings=[row])
    assert "— Анна, завтра, 23 листопада, о 17:00" in mine


@pytest.mark.django_db
@pytest.mark.parametrize(("clock", "is_near"), [("21:49", True), ("21:51", False), ("22:01", True)])
def test_a_card_that_may_be_answered_after_midnight_has_the_date_alone(clock: str, is_near: bool) -> None:
    """Kyiv is two hours ahead: its midnight is 22:00."""
    salon = make_salon()
    with time_machine.travel(datetime.fromisoformat(f"2026-11-22T{clock}+00:00"), tick=False):
        today = timezone.now().astimezone(KYIV).date()
        row = visit(salon, today + timedelta(days=1))
        shown = card(project=salon.project, language="en", kind="book", bookings=[row])
    assert (f"tomorrow, {row.start:%d} November" in shown) is is_near
    assert (f"day, {row.start:%d} November" in shown) is not is_near


def test_words_are_near_only_as_long_as_a_card_lives() -> None:
    assert READ_WITHIN >= HOLD
    assert read_on(datetime(2026, 11, 22, 21, 49, tzinfo=UTC), KYIV) == SUNDAY
    assert read_on(datetime(2026, 11, 22, 21, 55, tzinfo=UTC), KYIV) is None


def book(language: str, near: date | None = SUNDAY) -> ReferenceBook:
    speech = Speech(language, "UAH", KYIV, SUNDAY, near)
    return ReferenceBook(speech, first=SUNDAY, last=date(2027, 1, 27))


@pytest.mark.parametrize(
    ("language", "draft", "text"),
    [
        ("uk", "{d2026-11-23} вільно.", "Завтра, 23 листопада, вільно."),
        ("uk", "Записати вас на {d2026-11-23}?", "Записати вас на завтра, 23 листопада?"),
        ("uk", "Записати в {d2026-11-22}?", "Записати сьогодні, 22 листопада?"),
        ("uk", "Нічого до {d2026-11-23}.", "Нічого до 23 листопада."),
        ("uk", "Вільно після {d2026-11-23}.", "Вільно після 23 листопада."),
        ("uk", "Вільно {d2026-11-23.weekday}.", "Вільно у понеділок."),
        ("uk", "Вільно {d2026-11-24}.", "Вільно у вівторок, 24 листопада."),
        ("ru", "Перенести на {d2026-11-23}?", "Перенести на завтра, 23 ноября?"),
        ("ru", "Свободно во {d2026-11-22}", "Свободно сегодня, 22 ноября"),
        ("ru", "Вместо {d2026-11-23} есть {d2026-11-24}.", "Вместо 23 ноября есть во вторник, 24 ноября."),
        ("en", "Is {d2026-11-23} fine?", "Is tomorrow, 23 November, fine?"),
        ("en", "We can do it on {d2026-11-22}.", "We can do it today, 22 November."),
        ("en", "I can book you for {d2026-11-23}.", "I can book you for tomorrow, 23 November."),
        ("en", "Nothing before {d2026-11-23}.", "Nothing before tomorrow, 23 November."),
        ("en", "The {d2026-11-23} visit.", "The 23 November visit."),
        ("pl", "Czy zapisać na {d2026-11-23}?", "Czy zapisać na jutro, 23 listopada?"),
        ("pl", "Wolne w {d2026-11-22}.", "Wolne dziś, 22 listopada."),
        ("pl", "Od {d2026-11-23} wolne.", "Od 23 listopada wolne."),
    ],
)
def test_references_to_near_days_fit_the_words_around_them(language: str, draft: str, text: str) -> None:
    assert book(language).fill(draft).text == text


def test_references_call_no_day_near_where_midnight_is() -> None:
    assert book("en", near=None).fill("Free {d2026-11-23}.").text == "Free on Monday, 23 November."


@pytest.mark.django_db(transaction=False)
def test_a_whole_turn_calls_tomorrow_so_on_its_card_and_not_on_its_receipt(
    claude: ClaudeStandIn, salon: SalonRows
) -> None:
    with time_machine.travel(NOW, tick=True):
        talk = Talk(salon)
        understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
        assert "Manicure — Anna, tomorrow, 23 November, at 15:00" in talk.say("a manicure tomorrow at 15:00")
        assert "Manicure — Anna, on Monday, 23 November, at 15:00" in talk.say("yes")
        understood(claude, wants="question", to_answer=True)
        visit = Booking.objects.get(status="booked")
        responds(claude, f"Your visit is {{v{visit.pk}}}.")
        assert talk.say("when do I come?") == "Your visit is tomorrow, 23 November, at 15:00."
