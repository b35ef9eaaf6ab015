"""What people write above the columns of an appointment book, in the languages of the salons."""

from collections.abc import Mapping
from enum import StrEnum

from botbackend.lib.text import comparable


class Field(StrEnum):
    """What a column can be taken for."""

    DATE = "date"
    FULL_DATE = "full_date"
    TIME = "time"
    CLIENT_ID = "client_id"
    CLIENT_NAME = "client_name"
    PHONE = "phone"
    SERVICE = "service"
    UID = "uid"
    STATUS = "status"


_WORDS: Mapping[Field, str] = {
    Field.FULL_DATE: "full date, повна дата, дата повна, полная дата, дата полная, pełna data",
    Field.DATE: "date, day, дата, день, число, data, dzień, дата запису, дата записи, дата візиту",
    Field.TIME: (
        "time, hour, start, час, година, початок, время, часы, начало, czas, godzina, godz, start, "
        "час запису, время записи, time slot, слот"
    ),
    Field.CLIENT_ID: (
        "client id, id, id client, id клієнта, id клиента, ід клієнта, ид клиента, клієнт id, клиент id, "
        "id klienta, contact id, telegram id, telegram"
    ),
    Field.CLIENT_NAME: (
        "client name, client, name, customer, guest, ім'я, клієнт, клієнтка, ім'я клієнта, піб, прізвище, "
        "хто, имя, клиент, имя клиента, фио, фамилия, кто, klient, klientka, imię, imię i nazwisko, "
        "nazwisko, imię klienta, клиентка"
    ),
    Field.PHONE: (
        "phone, phone number, tel, mobile, телефон, тел, номер телефону, номер телефона, номер, мобільний, "
        "мобильный, telefon, nr telefonu, numer telefonu, komórka"
    ),
    Field.SERVICE: (
        "service name, service, services, treatment, procedure, послуга, послуги, назва послуги, процедура, "
        "що робимо, услуга, услуги, название услуги, что делаем, usługa, usługi, nazwa usługi, zabieg"
    ),
    Field.UID: "sync",
    Field.STATUS: "status",
}
# The long phrases first: "client id" is no client's name, "full date" no short one.
_PHRASES: tuple[tuple[frozenset[str], str, Field], ...] = tuple(
    sorted(
        (
            (frozenset(comparable(phrase).split()), comparable(phrase), field)
            for field, phrases in _WORDS.items()
            for phrase in phrases.split(", ")
        ),
        key=lambda item: -len(item[0]),
    )
)
_SIGNS = str.maketrans(dict.fromkeys(".,:;()[]/№#*", " "))


def field_of(header: str) -> tuple[Field, bool] | None:
    """Return what a header says its column is, and whether it says nothing else; None = theirs."""
    text = " ".join(comparable(header).translate(_SIGNS).split())
    words = frozenset(text.split())
    if not words or len(words) > 5:
        return None
    for _, phrase, field in _PHRASES:
        if phrase == text:
            return field, True
    for wanted, _, field in _PHRASES:
        if wanted <= words and field not in (Field.UID, Field.STATUS):
            return field, False
    return None


_NOTHING = frozenset(
    map(
        comparable,
        [
            "-",
            "--",
            "---",
            "—",
            ".",
            "x",
            "х",
            "0",
            "free",
            "вільно",
            "вільний",
            "свободно",
            "свободен",
            "wolne",
            "n/a",
        ],
    )
)


def says_nothing(text: str) -> bool:
    """Tell whether a cell is empty, or filled with what people put into an empty slot."""
    return not text or comparable(text) in _NOTHING
