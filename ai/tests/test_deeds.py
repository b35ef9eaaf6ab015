"""What a draft may not say of visits, in four languages, and what it may."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from ai.guard.deeds import find_deeds
from ai.references import Filled, Reference, ReferenceBook, Speech

TABLES = Path(__file__).parent
DEEDS = yaml.safe_load((TABLES / "tables/deeds.yaml").read_text(encoding="utf-8"))
LIES = yaml.safe_load((TABLES / "hostile_lies.yaml").read_text(encoding="utf-8"))
CASES = [
    (draft, whose == "visits", verdict)
    for whose, verdicts in DEEDS.items()
    for verdict, drafts in verdicts.items()
    for draft in drafts
]


def fill(draft: str) -> Filled:
    """Two free starts, one asked for, an open card and visit 17; what they say does not matter."""
    speech = Speech("uk", "UAH", ZoneInfo("Europe/Kyiv"), date(2026, 11, 28))
    book = ReferenceBook(speech, first=date(2026, 11, 28), last=date(2027, 1, 27))
    parts = {"time": "о 17:30", "day": "у середу, 2 грудня"}
    book.add(
        *(Reference(ref, "у середу, 2 грудня, о 17:30", parts) for ref in ("s1", "s2", "a1", "open", "v17"))
    )
    filled = book.fill(draft)
    assert filled.unknown == ()
    return filled


@pytest.mark.parametrize(("draft", "has_visits", "verdict"), CASES, ids=[draft[:40] for draft, _, _ in CASES])
def test_the_table(draft: str, has_visits: bool, verdict: str) -> None:
    assert bool(find_deeds(fill(draft), has_visits=has_visits)) == (verdict == "claim")


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        ("Записала вас {open}, чекаємо!", "book"),
        ("Готово!", "book"),
        ("Перенесла ваш візит {open}.", "change"),
        ("Both visits are cancelled.", "cancel"),
    ],
)
def test_what_this_turn_does_may_be_said_and_nothing_else(draft: str, kind: str) -> None:
    assert find_deeds(fill(draft), has_visits=False, done=[kind]) == []
    assert find_deeds(fill(draft), has_visits=False)
    assert find_deeds(fill("Скасувала ваш візит. Перенесла ваш запис."), has_visits=True, done=["book"])


def test_most_of_what_a_hostile_model_claims_is_found_without_a_date() -> None:
    """The rest says a day or an hour, which figures find, or is for the check."""
    claims = [claim for language in LIES for claim in LIES[language]["claims"]]
    missed = [claim for claim in claims if not find_deeds(fill(claim), has_visits=False)]
    assert len(missed) <= len(claims) / 5, missed


def test_a_violation_quotes_what_was_said() -> None:
    (violation,) = find_deeds(fill("Добре! Ваш запис підтверджено. Гарного дня!"), has_visits=False)
    assert violation.kind == "claim"
    assert "підтверджено" in violation.detail


@pytest.mark.parametrize(
    "draft",
    [
        "Так! {a1.day} Марія прийме вас одну за одною. Є час {s1.time} або {s2.time}. Який зручний?",
        "{a1.day} вас примет Мария: {s1.time} или {s2.time}.",
        "Maria sees you {s1}. Does that suit you?",
        "Maria przyjmie Panią {s1} lub {s2}.",
        "Maria can take you {s1.time} or {s2.time}.",
    ],
)
def test_who_receives_the_client_beside_an_offer_is_no_deed(draft: str) -> None:
    assert find_deeds(fill(draft), has_visits=False) == []


@pytest.mark.parametrize(
    "draft",
    [
        "Марія прийме вас {s1}.",
        "Мария примет вас {s1}.",
        "Maria przyjmie Panią {s1}.",
        "Maria receives you {s1}.",
    ],
)
def test_who_receives_the_client_at_one_time_claims_a_visit(draft: str) -> None:
    (violation,) = find_deeds(fill(draft), has_visits=False)
    assert violation.kind == "claim"


@pytest.mark.parametrize(
    ("draft", "quote"),
    [
        ("Добре. Марія прийме вас {s1}.", "прийме вас"),
        ("Дуже добре, {s1.day}! Ваш візит {s1.time}.", "Ваш візит {s1.time}"),
    ],
)
def test_a_claim_is_quoted_as_it_was_drafted(draft: str, quote: str) -> None:
    (violation,) = find_deeds(fill(draft), has_visits=False)
    assert violation.detail.startswith(f"“{quote}”")
