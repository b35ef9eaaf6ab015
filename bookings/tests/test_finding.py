"""Clients are found by half a name and figures of a phone, as a look through the clear texts finds them."""

import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.finding import find
from bookings.models import Client
from bookings.models.search_keys import figures_of, search_keys, words_of
from bookings.operations.clients import update_client
from bookings.tests.factories import make_client, make_project
from botbackend.lib.phones import e164_or_blank
from botbackend.lib.text import canonical
from botbackend.lib.transliteration import readings
from projects.models import Project

pytestmark = pytest.mark.django_db
NAMES = ("Олена", "Олександра", "Анна-Марія", "Мар'яна", "Зоряна", "Olena", "O`Connor", "Żaneta", "VIP2", "2")


def found(salon: Project, text: str) -> list[str]:
    return [client.name for client in find(salon=salon, text=text, limit=20)]


@pytest.mark.parametrize(
    "text",
    ["оле", "ОЛЕНА", "Oлeнa", "ков", "олена кова", "коваленко олена", "050 123", "+38 (050) 123-45-67",
     "380501234567", "00380 50 123", "8 050 123 45", "1234567", "123-45", "4567", "ков 4567", "4567 оле",
     "tel:+380501234567", "٤٥٦٧"],
)  # fmt: skip
def test_a_part_of_a_name_or_of_a_phone_finds_whom_it_means(text: str) -> None:
    salon = make_project()
    make_client(salon, name="Олена Коваленко", phone="+380501234567")
    make_client(salon, name="Оксана Левченко", phone="+380671112233")
    assert found(salon, text) == ["Олена Коваленко"]


@pytest.mark.parametrize("text", ["лена", "енко", "0501239", "олена 2233", "7", "", " ", "-", "олх"])
def test_what_begins_no_word_and_stands_in_no_phone_finds_nobody(text: str) -> None:
    salon = make_project()
    make_client(salon, name="Олена Коваленко", phone="+380501234567")
    assert found(salon, text) == []


@pytest.mark.parametrize(
    ("zone", "phone", "typed"),
    [
        ("Europe/Berlin", "+4915112345678", "0151 123"),
        ("Europe/Warsaw", "+48501234567", "501 23"),
        ("Europe/Moscow", "+79161234567", "8 916 12"),
        ("Europe/Budapest", "+36201234567", "06 20 12"),
        ("Europe/Minsk", "+375291234567", "8 029 12"),
        ("Europe/Kyiv", "+4915112345678", "0049 151 1"),
    ],
)
def test_a_number_is_found_as_people_of_the_country_begin_to_dial_it(
    zone: str, phone: str, typed: str
) -> None:
    salon = make_project(timezone=zone)
    make_client(salon, name="Anna", phone=phone)
    assert found(salon, typed) == ["Anna"]


def test_figures_may_be_a_part_of_the_name() -> None:
    salon = make_project()
    make_client(salon, name="Олена 2", phone="+380501234567")
    make_client(salon, name="Олена 2024", phone="+380501234568")
    assert sorted(found(salon, "олена 2")) == ["Олена 2", "Олена 2024"]
    assert found(salon, "олена 2024") == ["Олена 2024"]


def test_another_salons_client_is_never_found_and_shares_no_key() -> None:
    mine, other = make_project(), make_project()
    one, two = (make_client(salon, name="Олена", phone="+380501234567") for salon in (mine, other))
    assert [client.pk for client in find(salon=mine, text="оле 4567", limit=9)] == [one.pk]
    assert not set(one.search_keys) & set(two.search_keys)


def test_those_seen_last_come_first_and_nothing_is_opened_that_is_not_shown() -> None:
    salon = make_project()
    for number in range(30):
        make_client(salon, name=f"Олена {number}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        names = [client.name for client in find(salon=salon, text="оле", limit=20)]
    assert names == [f"Олена {number}" for number in range(29, 9, -1)]
    assert len(asked) == 1
    assert '"notes"' not in asked[0]["sql"]


texts = st.text(st.sampled_from("АОлеnaЇ'ʼ-. 2٣ßŻ\u0301🌸"), max_size=8)
names = st.lists(st.sampled_from(NAMES) | texts, max_size=3).map(" ".join)
phones = st.sampled_from(["", "+380501234567", "+380505671234", "+4915112345678", "0443332211x", "12345"])


def _spellings(text: str) -> list[tuple[str, ...]]:
    """Each word as it is compared, and as the other alphabet may write it."""
    words = words_of(text)
    typed = re.findall(r"[^\W_]+", canonical(text).casefold().replace("'", ""))
    if len(typed) != len(words):
        return [(word,) for word in words]
    others = [readings(one) if len(one) > 1 else [] for one in typed]
    return [
        (word, *(form for one in others[at] for form in words_of(one)[:1])) for at, word in enumerate(words)
    ]


def _means(salon: Project, text: str, client: Client) -> bool:
    """Look through the clear texts, without any key."""
    words = _spellings(text)
    has, phone = words_of(client.name), figures_of(client.phone)
    by_name = bool(words) and all(any(one.startswith(word) for one in has) for word in words)
    figures = "".join(word[0] for word in words if word[0].isascii() and word[0].isdigit())
    rest = [word for word in words if not (word[0].isascii() and word[0].isdigit())]
    if len(figures) < 4:
        return by_name
    named = all(any(one.startswith(word) for one in has) for word in rest)
    whole = e164_or_blank(figures, country="UA") or e164_or_blank(text, country="UA")
    begins = {figures_of(whole)} if whole else set()
    begins |= {figures[2:]} if figures.startswith("00") else set()
    begins |= {"380" + figures[1:]} if figures[0] in "08" else set()
    begins |= {"380" + figures[2:]} if figures.startswith("80") else set()
    by_phone = figures in phone or any(phone.startswith(one) for one in begins if len(one) >= 4)
    return by_name or (named and by_phone)


@given(
    people=st.lists(st.tuples(names, phones), max_size=6),
    text=names | phones | st.text("0123458+ ()-", max_size=12) | st.tuples(names, phones).map(" ".join),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_the_keys_find_exactly_whom_the_clear_texts_find(people: list[tuple[str, str]], text: str) -> None:
    salon = make_project()
    rows = [make_client(salon, name=name, phone=phone) for name, phone in people]
    expected = {row.pk for row in rows if _means(salon, text, row)}
    assert {client.pk for client in find(salon=salon, text=text, limit=20)} == expected


def test_keys_follow_a_change() -> None:
    salon = make_project()
    client = make_client(salon, name="Олена", phone="+380501234567")
    update_client(client=client, name="Марія", phone="+380671112233")
    assert found(salon, "оле") == found(salon, "4567") == []
    assert found(salon, "мар") == found(salon, "2233") == ["Марія"]


def _pages_read_to_find(salon: Project, text: str) -> int:
    """Return how many pages of the database a search looks at: it tells more than a slow machine's clock."""
    with CaptureQueriesContext(connection) as asked:
        find(salon=salon, text=text, limit=20)
    pages = 0
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0][0]["Plan"]
            pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


def _make_many_clients(salon: Project, *, thousands: int, dice: random.Random) -> list[Client]:
    first = ["Олена", "Оксана", "Анна", "Ірина", "Марія", "Наталія", "Ольга", "Тетяна", "Юлія", "Катерина"]
    middle = ("лен", "чен", "ник", "ру", "рен")
    ends = [f"{one}{other}" for one in middle for other in ("ко", "чук", "ська", "вич", "юк")]
    last = [f"{one}{end}" for one in ("Кова", "Шев", "Мель", "Бонда", "Тка") for end in ends]
    names = [f"{one} {other}" for one in first for other in last]
    keys_of = {name: search_keys(project_id=salon.pk, name=name, phone="") for name in names}
    rows: list[Client] = []
    for _ in range(thousands):  # piece by piece: a transaction must not lie idle
        rows = []
        for _ in range(1_000):
            name = dice.choice(names)
            phone = f"+380{dice.choice(('50', '66', '67', '95', '97'))}{dice.randrange(10**7):07}"
            keys = [*keys_of[name], *search_keys(project_id=salon.pk, name="", phone=phone)]
            rows.append(Client(project=salon, name=name, phone=phone, search_keys=sorted(keys)))
        Client.objects.bulk_create(rows)
    return rows


def _take_stock_of_clients() -> int:
    """Let the server see what a vacuum shows it, and return the number of the table's pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam"
            " WHERE indrelid = 'bookings_client'::regclass AND amname = 'gin'"
        )
        assert cursor.fetchall()
        cursor.execute("ANALYZE bookings_client")
        cursor.execute("SELECT pg_relation_size('bookings_client') / current_setting('block_size')::int")
        return int(cursor.fetchone()[0])


@pytest.mark.slow
def test_among_very_many_clients_a_search_looks_at_few_of_their_pages() -> None:
    """As at a large chain: the letters and figures of real names and numbers, many of each."""
    salon = make_project()
    phone = _make_many_clients(salon, thousands=12, dice=random.Random(7))[-1].phone
    whole = _take_stock_of_clients()
    rare = {text: _pages_read_to_find(salon, text) for text in (phone[-4:], f"0{phone[4:8]}", phone)}
    assert max(rare.values()) < 0.7 * whole, (whole, rare)
    # What a quarter of the salon is called stands on every page: each is looked at once, in one go.
    common = {text: _pages_read_to_find(salon, text) for text in ("о", "олена", "олена кова", "+3805")}
    assert max(common.values()) < 2 * whole, (whole, common)
    assert _pages_read_to_find(salon, "щ") < 10
