"""What a plan says of a book that people laid out, without any Google or database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookings.models.catalogue import key_of
from sheets.adoption.clients import Person
from sheets.adoption.planning import Salon, ServiceFacts, TabPlan, TabRead, VisitFacts, is_ours, plan_tabs
from sheets.adoption.rows import Kind
from sheets.adoption.tests.books import LAYOUTS, read_layout
from sheets.adoption.words import Field
from sheets.rows.cells import HEADER
from sheets.tests.salon import KYIV

ANNA, MARIA = 1, 2
MANICURE, HAIRCUT = ServiceFacts(1, "Манікюр", 60), ServiceFacts(2, "Стрижка", 60)


def make_salon(**over: Any) -> Salon:
    values: dict[str, Any] = {
        "zone": KYIV,
        "now": datetime.now(UTC),
        "country": "UA",
        "specialists": {ANNA: "Анна", MARIA: "Марія"},
        "services": {key_of(one.name): one for one in (MANICURE, HAIRCUT)},
    }
    return Salon(**values | over)


def plan_of(name: str, **over: Any) -> dict[str, TabPlan]:
    read = [TabRead(at, title, rows) for at, (title, rows) in enumerate(read_layout(name).items())]
    return {plan.title: plan for plan in plan_tabs(read, make_salon(**over))}


def tab_of(rows: list[list[Any]], **over: Any) -> TabPlan:
    return plan_tabs([TabRead(0, over.pop("title", "Анна"), rows)], make_salon(**over))[0]


def at(clock: str, ahead: int = 7) -> datetime:
    day = datetime.now(KYIV).date() + timedelta(days=ahead)
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KYIV)


def day(ahead: int = 7) -> str:
    return f"{at('00:00', ahead):%d.%m.%Y}"


class TestColumns:
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_every_layout_has_its_date_time_client_and_service_found(self, name: str) -> None:
        plan = next(iter(plan_of(name).values()))
        assert plan.problem == ""
        assert plan.columns is not None
        assert {Field.FULL_DATE, Field.TIME, Field.CLIENT_NAME, Field.SERVICE} <= set(plan.columns.places)

    @pytest.mark.parametrize(
        ("name", "uid"), [("seed", 6), ("grid", 6), ("ukrainian", 5), ("bare", 5), ("own_columns", 9)]
    )
    def test_our_columns_go_right_of_whatever_is_there(self, name: str, uid: int) -> None:
        layout = next(iter(plan_of(name).values())).layout
        assert layout is not None
        assert (layout.uid, layout.status) == (uid, uid + 1)

    @pytest.mark.parametrize(
        "header",
        [
            ["Дата", "Время", "Клиент", "Услуга"],
            ["Data", "Godzina", "Imię i nazwisko", "Usługa"],
            ["DATE", "Start", "Customer", "Treatment"],
            ["Дата запису:", "Час (початок)", "ПІБ клієнта", "Процедура"],
        ],
    )
    def test_headers_of_any_language_say_what_a_column_is(self, header: list[str]) -> None:
        plan = tab_of([header, [day(), "10:00", "Олена", "Манікюр"]])
        assert plan.columns is not None
        assert plan.columns.places == {
            Field.FULL_DATE: 0, Field.TIME: 1, Field.CLIENT_NAME: 2, Field.SERVICE: 3,
        }  # fmt: skip
        assert not plan.columns.by_content

    def test_a_column_whose_header_says_nothing_is_known_by_what_it_holds(self) -> None:
        rows = [["Дата", "Коли", "Гість", "Послуга"], [day(), "10:00", "Олена", "Манікюр"]]
        plan = tab_of(rows)
        assert plan.columns is not None
        assert plan.columns.places[Field.TIME] == 1
        assert plan.columns.places[Field.CLIENT_NAME] == 2
        assert plan.columns.by_content == {Field.TIME, Field.CLIENT_NAME}

    def test_a_column_of_phones_stays_theirs_whatever_it_is_called(self) -> None:
        layout = plan_of("seed")["Анна"].layout
        assert layout is not None
        assert layout.client_id is None

    def test_a_book_without_times_stays_untouched_and_says_why(self) -> None:
        plan = tab_of([["Дата", "Клієнт", "Послуга"], [day(), "Олена", "Манікюр"]])
        assert (plan.problem, plan.layout) == ("no_time_column", None)

    def test_a_tab_that_is_no_appointment_book_stays_untouched(self) -> None:
        assert plan_of("ukrainian")["Прайс"].problem == "no_specialist"


class TestOwners:
    def test_a_title_may_say_more_than_the_name(self) -> None:
        assert plan_of("ukrainian")["Майстер Анна"].specialist_id == ANNA

    def test_the_only_book_of_the_only_specialist_is_theirs_whatever_its_title(self) -> None:
        rows = [["Дата", "Час", "Клієнт", "Послуга"], [day(), "10:00", "Олена", "Манікюр"]]
        assert tab_of(rows, title="Лист1", specialists={ANNA: "Анна"}).specialist_id == ANNA
        assert tab_of(rows, title="Лист1").specialist_id is None


class TestRows:
    def test_the_seeds_book_becomes_visits_and_says_what_cannot_be_read(self) -> None:
        plan = plan_of("seed")["Анна"]
        assert plan.counts == {"visit": 4, "past": 2, "unreadable": 1}
        (unreadable,) = [row for row in plan.rows if row.kind is Kind.UNREADABLE]
        assert (unreadable.index, unreadable.reason) == (7, "unknown_service")

    def test_an_hour_in_a_grid_of_half_hours_is_one_visit(self) -> None:
        plan = plan_of("grid")["Анна"]
        assert plan.counts == {"visit": 4, "continues": 4, "past": 24, "empty": 64}
        assert [row.start for row in plan.rows] == [at("10:00"), at("14:00"), at("09:00", 8), at("10:00", 8)]

    def test_what_staff_wrote_between_the_visits_is_theirs(self) -> None:
        assert plan_of("ukrainian")["Майстер Анна"].counts == {"visit": 3, "past": 1, "own": 1}
        assert plan_of("own_columns")["Анна"].counts == {"visit": 2, "past": 1, "own": 1}

    def test_a_visit_of_the_bot_is_recognised_by_person_service_and_time(self) -> None:
        known = VisitFacts(17, MANICURE.pk, Person(phone="+380501112233"), frozenset())
        plan = plan_of("seed", visits={(ANNA, at("10:00")): known})["Анна"]
        assert plan.counts["known"] == 1
        assert plan.rows[0].booking_id == 17

    def test_another_persons_visit_at_that_time_is_not_taken_for_it(self) -> None:
        known = VisitFacts(17, MANICURE.pk, Person(phone="+380990000000"), frozenset())
        assert plan_of("seed", visits={(ANNA, at("10:00")): known})["Анна"].counts["known"] == 0

    @pytest.mark.parametrize(
        ("cell", "person"),
        [
            ("380501112233", Person(phone="+380501112233", name="Олена")),
            ("050-111-22-33", Person(phone="+380501112233", name="Олена")),
            ("5f1a2b3c", Person(contact_id="5f1a2b3c", name="Олена")),
            ("501112233", Person(name="Олена")),
            ("vip", Person(name="Олена")),
        ],
    )
    def test_a_phone_in_the_column_of_ids_is_a_phone(self, cell: str, person: Person) -> None:
        rows = [
            [*HEADER[:6]],
            ["", day(), "10:00", cell, "Олена", "Манікюр"],
            ["", day(8), "10:00", "x", "Олена", "Манікюр"],
            ["", day(9), "10:00", "y", "Олена", "Манікюр"],
        ]
        plan = tab_of(rows, contacts={"5f1a2b3c"})
        assert plan.rows[0].person == person

    def test_a_phone_beside_the_name_is_read_too(self) -> None:
        people = [row.person for row in plan_of("grid")["Анна"].rows]
        assert people[1] == Person(phone="+380503334455", name="Ірина")


class TestOurs:
    def test_blank_tabs_and_our_own_rows_need_no_yes(self) -> None:
        mine = [[*HEADER], ["07.12", "07.12.2026", "10:00", "", "Олена", "Манікюр", "b-1", ""]]
        assert is_ours(TabRead(0, "Лист1", []), set())
        assert is_ours(TabRead(0, "Анна", [[*HEADER]]), set())
        assert is_ours(TabRead(0, "Анна", mine), {"b-1"})
        assert not is_ours(TabRead(0, "Анна", mine), set())
        assert not is_ours(TabRead(0, "Прайс", [["Послуга", "Ціна"]]), set())
