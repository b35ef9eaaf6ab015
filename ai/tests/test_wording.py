"""Cards, receipts and refusals from real rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError

from ai.language.numbers.mentions import DayOfWeek
from ai.models import Wording
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.wording.defaults import LANGUAGES
from ai.wording.render import card, receipt, refusal, say_text
from ai.wording.voice import known_language
from bookings.errors import BookingError, NotOffered, PastDeadline, SlotTaken, TooFar
from bookings.models import Booking
from bookings.models.prices import Price
from bookings.selectors import find_slots
from bookings.tests.factories import NOW, at
from bookings.values import Slot

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def salon() -> VoiceSalon:
    return make_salon()


@pytest.fixture
def visit(salon: VoiceSalon) -> Booking:
    return Booking.objects.select_related("service", "specialist").get(
        pk=salon.booking(at("17:00", TUESDAY)).pk
    )


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "uk",
            "Готово, ви записані:\n"
            "Манікюр — Анна, у вівторок, 24 листопада, о 17:00, 600 грн\n"
            "Чекаємо на вас!",
        ),
        (
            "ru",
            "Готово, вы записаны:\nМанікюр — Анна, во вторник, 24 ноября, в 17:00, 600 грн\nЖдём вас!",
        ),
        (
            "en",
            "Done, you are booked:\n"
            "Манікюр — Анна, on Tuesday, 24 November, at 17:00, 600 UAH\n"
            "See you then!",
        ),
        (
            "pl",
            "Gotowe, wizyta zapisana:\n"
            "Манікюр — Анна, we wtorek, 24 listopada, o 17:00, 600 UAH\n"
            "Do zobaczenia!",
        ),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_receipt_says_what_stands_in_the_row(
    salon: VoiceSalon, visit: Booking, language: str, wanted: str
) -> None:
    assert receipt(project=salon.project, language=language, kind="book", bookings=[visit]) == wanted


@time_machine.travel(NOW, tick=False)
def test_a_card_has_a_sum_and_the_remarks_and_each_line_its_guest(salon: VoiceSalon, visit: Booking) -> None:
    second = Booking(
        service=salon.haircut,
        specialist=salon.olga,
        start=at("18:00", TUESDAY),
        end=at("19:00", TUESDAY),
        price=Decimal("700.50"),
        guest_name="Марта",
        note="без дзвінків\nалергія на лак",
    )
    visit.note = "без дзвінків"
    text = card(project=salon.project, language="uk", kind="book", bookings=[second, visit])
    assert text.splitlines()[1:5] == [
        "Манікюр — Анна, у вівторок, 24 листопада, о 17:00, 600 грн",
        "Стрижка — Ольга, у вівторок, 24 листопада, о 18:00, 700,50 грн (прийде Марта)",
        "Разом: 1300,50 грн",
        "Примітка: без дзвінків; алергія на лак",
    ]


@pytest.mark.parametrize(
    ("language", "asked", "done"),
    [
        ("uk", ["Скасувати всі", "скасує їх усі", "не скасує жодного"], "Усі ці візити скасовано"),
        ("ru", ["Отменить все", "отменит их все", "не отменит ни одного"], "Все эти визиты отменены"),
        ("en", ["cancel all of these", "cancels all of them", "cancels none"], "All of these visits have"),
        ("pl", ["odwołać wszystkie", "odwoła wszystkie", "nie odwoła żadnej"], "Wszystkie te wizyty zostały"),
    ],
)
def test_a_yes_to_several_cancellations_is_said_to_be_for_all_of_them(
    salon: VoiceSalon, visit: Booking, language: str, asked: list[str], done: str
) -> None:
    visits = [visit, visit]
    text = card(project=salon.project, language=language, kind="cancel", bookings=visits)
    assert all(words in text for words in asked)
    assert done in receipt(project=salon.project, language=language, kind="cancel", bookings=visits)
    alone = card(project=salon.project, language=language, kind="cancel", bookings=[visit])
    assert not any(words in alone for words in asked)


@time_machine.travel(NOW, tick=False)
def test_a_sum_is_left_out_when_a_price_is_unknown(salon: VoiceSalon, visit: Booking) -> None:
    unpriced = Booking(
        service=salon.brows, specialist=salon.anna, start=at("18:00", TUESDAY), end=at("18:30", TUESDAY)
    )
    text = card(project=salon.project, language="uk", kind="book", bookings=[visit, unpriced])
    assert "Разом" not in text


@pytest.mark.parametrize(
    ("language", "begins", "ranges", "summed"),
    [
        ("uk", "від 1800 грн", "від 1800 до 2800 грн", "Разом: від 2400 до 3400 грн"),
        ("ru", "от 1800 грн", "от 1800 до 2800 грн", "Итого: от 2400 до 3400 грн"),
        ("en", "from 1800 UAH", "from 1800 to 2800 UAH", "Total: from 2400 to 3400 UAH"),
        ("pl", "od 1800 UAH", "od 1800 do 2800 UAH", "Razem: od 2400 do 3400 UAH"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_price_that_begins_says_so_on_card_and_receipt_and_in_the_sum(
    salon: VoiceSalon, visit: Booking, language: str, begins: str, ranges: str, summed: str
) -> None:
    def told(render: Callable[..., str], to: Decimal | None) -> list[str]:
        dyed = Booking(service=salon.haircut, specialist=salon.olga, start=at("18:00", TUESDAY))
        dyed.full_price = Price(Decimal(1800), is_from=True, to=to)
        said = render(project=salon.project, language=language, kind="book", bookings=[visit, dyed])
        return said.splitlines()

    assert told(card, None)[2].endswith(f"18:00, {begins}")
    assert told(receipt, None)[3] == summed.split(" 2400 ")[0] + f" 2400 {begins[-3:]}"
    assert told(card, Decimal(2800))[2].endswith(f"18:00, {ranges}")
    assert told(receipt, Decimal(2800))[3] == summed


def test_a_sign_that_stands_before_an_amount_stands_before_both(salon: VoiceSalon) -> None:
    salon.project.currency = "USD"
    values = {"service": "X", "duration": "Y", "price": Price(Decimal(20), is_from=True, to=Decimal(30))}
    told = say_text(project=salon.project, language="en", key="price_line", **values)
    assert told == "X — from $20 to $30, Y"


def test_free_times_tell_unequal_prices(salon: VoiceSalon) -> None:
    slots = find_slots(
        project=salon.project, service_ids=[salon.manicure.pk], date_from=TUESDAY, date_to=TUESDAY, limit=1,
        now=NOW,
    )  # fmt: skip
    dearer = replace(slots[0], specialist="Катя", price=Price(Decimal(850)))

    def told(*slots: Slot) -> list[str]:
        said = say_text(project=salon.project, language="uk", key="slots_offer", slots=list(slots))
        return [line for line in said.splitlines() if "(" in line]

    assert told(*slots) == ["Вівторок, 24 листопада: 09:00 (Анна)"]
    assert told(*slots, dearer) == [
        "Вівторок, 24 листопада: 09:00 (Анна, 600 грн)",
        "Вівторок, 24 листопада: 09:00 (Катя, 850 грн)",
    ]


@time_machine.travel(NOW, tick=False)
def test_a_card_of_a_change_shows_before_and_after(salon: VoiceSalon, visit: Booking) -> None:
    moved = Booking(
        service=salon.manicure,
        specialist=salon.anna,
        start=at("11:00", TUESDAY),
        end=at("12:00", TUESDAY),
        price=Decimal(600),
    )
    text = card(project=salon.project, language="uk", kind="change", bookings=[moved], before=[visit])
    assert "Було: Манікюр — Анна, у вівторок, 24 листопада, о 17:00" in text
    assert "Буде: Манікюр — Анна, у вівторок, 24 листопада, об 11:00" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_names_what_is_free_instead(salon: VoiceSalon, language: str) -> None:
    slots = find_slots(
        project=salon.project, service_ids=[salon.manicure.pk], date_from=TUESDAY, date_to=TUESDAY, now=NOW
    )
    text = refusal(project=salon.project, language=language, error=SlotTaken("x", alternatives=slots[:2]))
    assert "09:00, 09:30 (Анна)" in text


@pytest.mark.parametrize("error", [SlotTaken, TooFar, NotOffered, PastDeadline, BookingError])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(salon: VoiceSalon, language: str, error: type[BookingError]) -> None:
    text = refusal(project=salon.project, language=language, error=error("internal reason"))
    assert text
    assert "internal" not in text
    assert error.code not in text


@time_machine.travel(NOW, tick=False)
def test_values_are_written_as_people_do(salon: VoiceSalon) -> None:
    text = say_text(
        project=salon.project,
        language="uk",
        key="question_weekday",
        date=TUESDAY,
        actual=DayOfWeek.TUESDAY,
        named=DayOfWeek.WEDNESDAY,
    )
    assert text == "24 листопада — це вівторок, а не середа. Який день мали на увазі?"
    hours = ((time(9), time(13)), (time(14), time(20)))
    closed = say_text(project=salon.project, language="uk", key="question_closed", time=time(5), hours=hours)
    assert "з 09:00 до 13:00 і з 14:00 до 20:00" in closed


def test_a_salon_says_it_in_its_own_words(salon: VoiceSalon) -> None:
    Wording.objects.create(project=salon.project, key="greeting", language="uk", text="Привіт від {salon}!")
    said = say_text(project=salon.project, language="uk", key="greeting")
    assert said == "Привіт від Салон Краса!"
    other = say_text(project=make_salon().project, language="uk", key="greeting")
    assert other.startswith("Вітаємо!")


def test_the_admin_form_refuses_a_wording_that_lost_its_placeholder(salon: VoiceSalon) -> None:
    wording = Wording(project=salon.project, key="receipt_book", language="uk", text="Готово {price}")
    with pytest.raises(ValidationError, match=r"Unknown placeholder \{price\}"):
        wording.full_clean()


def test_a_row_that_got_past_the_check_gives_way_to_the_default(salon: VoiceSalon) -> None:
    Wording.objects.create(project=salon.project, key="declined", language="uk", text="Добре {broken")
    assert say_text(project=salon.project, language="uk", key="declined").startswith("Добре, нічого")


def test_braces_in_a_name_are_only_text(salon: VoiceSalon, visit: Booking) -> None:
    visit.service.name = "{lines} {0} {evil.__class__}"
    text = receipt(project=salon.project, language="uk", kind="book", bookings=[visit])
    assert "{lines} {0} {evil.__class__} — Анна" in text


def test_the_zone_is_the_salons(salon: VoiceSalon, visit: Booking) -> None:
    salon.project.timezone = "Europe/Warsaw"
    visit.start = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    text = receipt(project=salon.project, language="pl", kind="cancel", bookings=[visit])
    assert "w środę, 25 listopada, o 00:30" in text


def test_an_unknown_language_falls_back() -> None:
    assert known_language("de", "pl") == "pl"
    assert known_language("uk-UA") == "uk"
    assert known_language("de", "fr") == "uk"
