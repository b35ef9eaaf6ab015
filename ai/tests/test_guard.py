"""What the guard lets through and what it stops."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from ai.guard import check
from ai.turn.drafts import Evidence, KnownMoment
from botbackend.lib.clock import WEEKDAYS

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 6, 9, 12, 0, tzinfo=KYIV)  # a Tuesday
TABLE = yaml.safe_load((Path(__file__).parent / "tables" / "guard.yaml").read_text(encoding="utf-8"))
CASES = [(language, text, wanted) for language, table in TABLE.items() for text, wanted in table.items()]
PRICES = {"Манікюр": {600}, "Стрижка": {700}, "Фарбування": {2500}, "Manicure": {600}, "Haircut": {700}}


def known(day: int, hour: int, minute: int = 0, *, who: str = "Анна", visit: bool = False) -> KnownMoment:
    start = datetime(2026, 6, day, hour, minute, tzinfo=KYIV)
    return KnownMoment(start, start + timedelta(minutes=60), who, "Манікюр", is_visit=visit)


def make_evidence(language: str) -> Evidence:
    """Tomorrow 11:00, 17:00, 18:30 and, with Olga, 14:00; Thursday 10:00; a visit on Friday 15:00."""
    return Evidence(
        now=NOW,
        language=language,
        known=(
            known(10, 11),
            known(10, 17),
            known(10, 18, 30),
            known(10, 14, who="Ольга"),
            known(11, 10),
            known(12, 15, visit=True),
        ),
        prices=frozenset({Decimal(600), Decimal(700), Decimal(2500)}),
        durations=frozenset({60, 180}),
        names=frozenset({"Анна", "Ольга", "Манікюр", "Стрижка", "Фарбування", "Brow Lift", "Салон Краса"}),
        texts=(
            "Адреса: вул. Хрещатик 22. Телефон +380 44 123 45 67, інстаграм @krasa_salon, https://krasa.ua/price",
            "Для нових клієнтів знижка 10% на перший візит. Передоплата 200 грн. Чекаємо не довше 15 хвилин.",
        ),
        client_words=("а завтра о 16:00 можна?", "зробіть за 300 грн"),
        hours={day: ((time(9), time(20)),) for day in WEEKDAYS[:6]},
        currency="UAH",
        prices_by_service={
            name: frozenset(Decimal(price) for price in prices) for name, prices in PRICES.items()
        },
        people=frozenset({"Олена"}),
    )


@pytest.mark.parametrize(("language", "text", "wanted"), CASES, ids=[f"{c[0]}-{c[1][:40]}" for c in CASES])
def test_the_table(language: str, text: str, wanted: str) -> None:
    kinds = [violation.kind for violation in check(text=text, evidence=make_evidence(language))]
    if wanted == "ok":
        assert kinds == []
    else:
        assert wanted in kinds


def test_a_receipt_may_say_what_was_done() -> None:
    evidence = replace(make_evidence("uk"), receipts=True)
    assert (
        check(text="Готово, ви записані:\nМанікюр — Анна, у середу, 10 червня, о 17:00", evidence=evidence)
        == []
    )


def test_every_violation_says_what_to_correct() -> None:
    for language, text, wanted in CASES:
        for violation in check(text=text, evidence=make_evidence(language)):
            assert wanted != "ok"
            assert violation.detail.endswith((".", "”."))
            assert len(violation.detail) > 20


def test_what_cannot_be_seen_does_not_split_a_number() -> None:
    kinds = [one.kind for one in check(text="Манікюр 5\u200b5\u200b0 грн", evidence=make_evidence("uk"))]
    assert kinds == ["price"]


def test_a_long_draft_gives_a_short_list() -> None:
    text = "\n".join(f"Ціна {number} грн" for number in range(1000, 1100))
    assert len(check(text=text, evidence=make_evidence("uk"))) <= 12


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "👍"])
def test_nothing_said_is_nothing_wrong(text: str) -> None:
    assert check(text=text, evidence=make_evidence("uk")) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("За манікюр візьмемо 700 грн.", ["price"]),  # the price of another service
        ("Вартість манікюру 700 грн.", ["price"]),
        ("Вартість манікюру 600 грн.", []),
        ("Стрижку зробимо за 600 грн.", ["price"]),
        ("Манікюр коштує 700.", ["price"]),
        ("Манікюр — 700", ["price"]),
        ("Манікюр — 600", []),
        ("Манікюр коштує 60.", ["price"]),  # that is its length
        ("Манікюр триває 60 хвилин.", []),
        ("Манікюр коштує однаково в усіх 3 майстрів.", []),
        ("Манікюр і стрижку зробимо за 600 грн.", []),  # of which of the two is not certain
        ("Манікюр для двох — 1200 грн.", []),
        ("Манікюр для двох — 1250 грн.", ["price"]),
        ("Передоплата за манікюр 200 грн.", []),
    ],
)
def test_an_amount_is_held_against_the_service_it_is_told_of(text: str, kinds: list[str]) -> None:
    evidence = replace(make_evidence("uk"), totals=frozenset({Decimal(1200)}))
    assert [one.kind for one in check(text=text, evidence=evidence)] == kinds


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("SPA 60", "SPA 60 коштує 60 грн.", ["price"]),
        ("SPA 60", "SPA 60 коштує 900 грн.", []),
        ("SPA 60", "SPA 60 — 900 грн.", []),
        ("SPA 60", "SPA 60 — 950 грн.", ["price"]),
        ("Усе за 60 грн", "Усе за 60 грн.", []),
    ],
)
def test_a_number_in_a_name_is_no_price(name: str, text: str, kinds: list[str]) -> None:
    evidence = make_evidence("uk")
    evidence = replace(evidence, names=evidence.names | {name}, prices=evidence.prices | {Decimal(900)})
    assert [one.kind for one in check(text=text, evidence=evidence)] == kinds


def test_a_part_of_another_name_leaves_open_whose_amount_it_is() -> None:
    evidence = make_evidence("uk")
    haircuts = {"Стрижка жіноча": frozenset({Decimal(700)}), "Стрижка чоловіча": frozenset({Decimal(500)})}
    evidence = replace(
        evidence,
        prices=evidence.prices | {Decimal(500)},
        prices_by_service={"Манікюр": frozenset({Decimal(600)})} | haircuts,
    )
    assert check(text="Після манікюру стрижка за 700 грн.", evidence=evidence) == []
    assert [one.kind for one in check(text="Манікюр за 700 грн.", evidence=evidence)] == ["price"]


def test_a_bare_number_may_be_a_length_that_is_also_a_price() -> None:
    evidence = replace(make_evidence("uk"), prices=frozenset({Decimal(600), Decimal(60)}))
    assert check(text="Манікюр — 60", evidence=evidence) == []
    assert [one.kind for one in check(text="Манікюр коштує 60", evidence=evidence)] == ["price"]


def test_a_total_may_look_like_a_date() -> None:
    evidence = make_evidence("uk")
    assert check(text="Разом 21.10", evidence=evidence) != []
    assert check(text="Разом 21.10", evidence=replace(evidence, totals=frozenset({Decimal("21.10")}))) == []
