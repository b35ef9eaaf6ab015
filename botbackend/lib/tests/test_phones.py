"""One phone has one form, whoever writes it, and what nobody can dial is none."""

import pytest
from phonenumbers import (
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    national_significant_number,
)

from botbackend.lib.phones import COUNTRIES, InvalidPhone, e164, e164_or_blank, home_country, same_phone

SAME = """0501234567; 501234567; 380501234567; 8 050 123 45 67; 80501234567; +38 (050) 123-45-67;
+380501234567; 00380501234567; +8 050 123 45 67; (050) 123.45.67; 050–123–45–67; +3800501234567;
\u202a+380\u00a050 123 45 67\u202c;
０５０１２３４５６７; 38-050-123-45-67; \u202d+380501234567\u202c; +380‑50‑123‑45‑67; ٠٥٠١٢٣٤٥٦٧;
+380501234567\u200b; tel:0501234567; TEL:+380501234567; ＋３８０(５０)１２３４５６７; 050․123․45․67;
+3⃣8⃣0 50 123 45 67"""


@pytest.mark.parametrize("written", [part.strip() for part in SAME.split(";")])
def test_these_are_one_client_of_a_ukrainian_salon(written: str) -> None:
    assert e164(written, country="UA") == "+380501234567"
    assert same_phone(written, "+380501234567", country="UA")


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("89161234567", "RU", "+79161234567"),
        ("89161234567", "KZ", "+79161234567"),
        ("+89161234567", "RU", "+79161234567"),
        ("9161234567", "RU", "+79161234567"),
        ("79161234567", "UA", "+79161234567"),
        ("87011234567", "KZ", "+77011234567"),
        ("600 100 200", "PL", "+48600100200"),
        ("48600100200", "UA", "+48600100200"),
        ("0501234567", "PL", ""),
        ("80291234567", "BY", "+375291234567"),
        ("0800 50 60 70", "UA", "+380800506070"),
        ("+380 20 123 45 67", "UA", "+380201234567"),  # a range that the metadata may not know yet
        ("", "UA", ""),
        ("\u200b ", "UA", ""),
    ],
)
def test_a_local_number_is_one_of_the_salons_country(written: str, country: str, number: str) -> None:
    assert e164_or_blank(written, country=country) == number


@pytest.mark.parametrize("kind", [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
def test_in_every_country_a_number_is_one_with_and_without_its_code_and_its_plus(kind: int) -> None:
    for country in sorted(COUNTRIES):
        number = example_number_for_type(country, kind)
        if number is None:
            continue
        whole = format_number(number, PhoneNumberFormat.E164)
        national = format_number(number, PhoneNumberFormat.NATIONAL)
        digits = whole.removeprefix("+")
        for written in (whole, digits, f"00{digits}", national, national_significant_number(number)):
            assert e164(written, country=country) == whole, (country, written)


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("89161234567", "UA"),
        ("+89161234567", "UA"),
        ("89161234567", "PL"),
        ("9161234567", "UA"),
        ("123", "UA"),
        ("555-12-34", "UA"),
        ("0501234567 Оля", "UA"),
        ("05012345678901234", "UA"),
        ("+", "UA"),
        ("olena", "UA"),
    ],
)
def test_what_nobody_can_dial_is_refused_by_its_field(written: str, country: str) -> None:
    with pytest.raises(InvalidPhone) as refused:
        e164(written, country=country, field="client.phone")
    assert list(refused.value.fields) == ["client.phone"]


@pytest.mark.parametrize(
    ("zone", "currency", "country"),
    [
        ("Europe/Kyiv", "UAH", "UA"),
        ("Europe/Kiev", "UAH", "UA"),
        ("Europe/Warsaw", "EUR", "PL"),
        ("Asia/Almaty", "KZT", "KZ"),
        ("UTC", "PLN", "PL"),
        ("UTC", "EUR", "UA"),
        ("America/New_York", "USD", "US"),
    ],
)
def test_a_salon_without_a_country_has_that_of_its_clock_or_money(
    zone: str, currency: str, country: str
) -> None:
    assert home_country(timezone=zone, currency=currency) == country
