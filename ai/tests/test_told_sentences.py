"""True replies get through; untrue ones are stopped by code, or the check reads what refuses them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from ai.guard.backing import check_message, needs_check
from ai.guard.deeds import find_deeds
from ai.guard.figures import find_figures
from ai.guard.leaks import find_leaks, find_mixture
from ai.guard.violations import Violation
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.references import Filled, ReferenceBook, Speech
from ai.references.builders import (
    asked_reference,
    hours_reference,
    length_reference,
    price_reference,
    slot_references,
    visit_reference,
)
from ai.tests.test_references import make_book as make_references
from bookings.models import Booking, Service, Specialist
from bookings.models.prices import Price
from bookings.values import Slot

TOLD = Path(__file__).parents[2] / "botbackend/workshop/evaluation/conversations"
KYIV = ZoneInfo("Europe/Kyiv")
SALON = json.loads((TOLD / "salon.json").read_text(encoding="utf-8"))
SERVICES = {name: number for number, name in enumerate(SALON["services"], 1)}
SPECIALISTS = {name: number for number, name in enumerate(SALON["specialists"], 1)}
NAMES = [*SERVICES, *SPECIALISTS, SALON["name"]]
NOTES = {note["id"]: note for note in SALON["notes"]}
BEGINS = {"Фарбування волосся", "Нарощування нігтів"}  # as the note `prices_from` says


def read(name: str) -> Any:
    return yaml.safe_load((TOLD / name).read_text(encoding="utf-8"))


TRUE, FALSE = read("true_sentences.yaml"), read("false_sentences.yaml")
TABLES = Path(__file__).parent / "tables"
HONEST, SLY = (
    yaml.safe_load((TABLES / f"{name}_templates.yaml").read_text(encoding="utf-8"))
    for name in ("true", "false")
)


@dataclass(frozen=True)
class Told:
    """A sentence, what its turn knew, how a model writes it, and what refuses it."""

    language: str
    text: str
    given: dict[str, Any]
    rests_on: list[str]
    write: str
    notes: tuple[str, ...] = ()
    retold: str = ""
    told: str = ""
    needs: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    as_it_is: bool = False

    @property
    def client_words(self) -> list[str]:
        return list(self.given.get("client_said", []))

    @property
    def quotable(self) -> list[str]:
        return [NOTES[note]["text"] for note in self.notes] + self.client_words


def told(data: dict[str, Any], written: dict[str, Any]) -> list[Told]:
    """Each sentence with the way it is written, which stands at its place in the other table."""
    found = []
    for group in data["groups"]:
        for one, way in zip(group["sentences"], written[group["kind"]], strict=True):
            way = {name: tuple(value) if isinstance(value, list) else value for name, value in way.items()}
            found.append(Told(one["language"], one["text"], one.get("given", {}), one["rests_on"], **way))
    return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KYIV)


def offered(data: dict[str, Any]) -> Iterator[list[Slot]]:
    for one in data["turn"]["offered"]:
        who, what = one["specialist"], one["service"]
        for start in map(moment, one["starts"]):
            yield [Slot(SPECIALISTS[who], who, SERVICES[what], what, start, start + timedelta(minutes=90))]


def price_of(service: str, specialist: str = "") -> Price:
    own = [
        one["price"]
        for one in SALON["own_prices"]
        if (one["service"], one["specialist"]) == (service, specialist)
    ]
    return Price(Decimal((own or [SALON["prices"][service]])[0]), is_from=service in BEGINS)


def make_book(sentence: Told) -> ReferenceBook:
    """All that the turn of a sentence knew, as references."""
    speech = Speech(sentence.language, SALON["currency"], KYIV, date(2026, 11, 28))
    book = ReferenceBook(speech, first=date(2026, 11, 28), last=date(2027, 1, 27))
    if sentence.given.get("offered"):
        book.add(*slot_references(speech, list(offered(TRUE))))
    if sentence.given.get("visit"):
        book.add(visit_reference(speech, make_visit(), price=Price(Decimal(450))))
    if sentence.given.get("offered"):
        book.add(asked_reference(speech, 1, day=None, moment=time(13)))
    for name, number in SERVICES.items():
        minutes = SALON["services"][name] * SALON["slot_minutes"]
        book.add(price_reference(speech, number, price_of(name), service=name))
        book.add(length_reference(speech, number, minutes, service=name))
        for who, whose in SPECIALISTS.items():
            if name in SALON["specialist_services"][who]:
                price = price_of(name, who)
                book.add(price_reference(speech, number, price, specialist_id=whose, service=name, who=who))
    book.add(hours_reference(speech, 1, [(time(10), time(20))], weekday="sat"))
    wednesday = [tuple(map(time.fromisoformat, span)) for span in SALON["specialist_hours"]["Анна"]["wed"]]
    book.add(hours_reference(speech, 2, [(a, b) for a, b in wednesday], weekday="wed", who="Анна"))
    return book


def make_visit() -> Booking:
    visit = TRUE["turn"]["visit"]
    return Booking(
        pk=17,
        service=Service(name=visit["service"]),
        specialist=Specialist(name=visit["specialist"]),
        start=moment(visit["start"]),
        end=moment(visit["start"]) + timedelta(hours=1),
    )


def judge(sentence: Told, filled: Filled) -> list[Violation]:
    """Everything that code alone finds."""
    return [
        *find_figures(filled.plain, quotable=sentence.quotable, names=NAMES),
        *find_deeds(filled, has_visits=bool(sentence.given.get("visit"))),
        *find_leaks(filled.plain, secrets=[], quotable=sentence.quotable),
        *find_mixture(filled.plain, language=sentence.language, names=NAMES),
    ]


def request(sentence: Told, filled: Filled) -> str:
    """What the fast model reads of the draft; no note was named, so it gets all."""
    return check_message(
        facts={"references": make_book(sentence).as_json()},
        notes=[NOTES[note] for note in sentence.notes] or SALON["notes"],
        client_words=sentence.client_words,
        done=sentence.given.get("done", []),
        language=sentence.language,
        draft=filled.text,
    )


def says_the_same(one: Mention, other: Mention) -> bool:
    """Tell whether two mentions can mean the same: 1 pm and 13:00, 850 and 850 UAH."""
    if one.kind == other.kind == Kind.TIME:
        return bool(set(one.minutes) & set(other.minutes))
    if isinstance(one.value, DayRef) and isinstance(other.value, DayRef):
        return (one.value.day, one.value.month) == (other.value.day, other.value.month)
    alike = one.kind == other.kind or {one.kind, other.kind} == {Kind.NUMBER, Kind.AMOUNT}
    return alike and one.number == other.number


@pytest.mark.parametrize("sentence", told(TRUE, HONEST), ids=lambda one: one.text[:50])
def test_a_true_sentence_is_written_by_reference_and_passes(sentence: Told) -> None:
    filled = make_book(sentence).fill(sentence.write)
    assert filled.unknown == ()
    assert judge(sentence, filled) == []
    assert sentence.told in filled.text
    said = list(find_mentions(filled.text))
    for mention in find_mentions(sentence.text):
        if not (sentence.retold or sentence.told or mention.kind == Kind.PART):
            assert any(says_the_same(mention, other) for other in said), (mention, filled.text)


def test_only_what_no_reference_holds_is_retold() -> None:
    assert [one.text for one in told(TRUE, HONEST) if one.retold] == [
        "Манікюр з гель-лаком в Олени на 150 грн дешевший, ніж в Анни.",
        "Скасувати безкоштовно можна до 12:00 у день візиту.",
    ]


@pytest.mark.parametrize("sentence", told(FALSE, SLY), ids=lambda one: one.text[:50])
def test_an_untrue_sentence_is_stopped_by_code_or_carries_what_refuses_it(sentence: Told) -> None:
    as_it_stands = make_book(sentence).fill(sentence.text)
    assert bool(judge(replace(sentence, notes=()), as_it_stands)) != sentence.as_it_is
    sly = make_book(sentence).fill(sentence.write)
    assert sly.unknown == ()
    assert judge(sentence, sly) == []
    assert needs_check(sly)
    read = request(sentence, sly)
    assert [fact for fact in sentence.needs if fact not in read] == []
    assert [fact for fact in sentence.absent if fact in read] == []


def test_what_was_done_backs_the_same_words_that_are_unfounded_without_it() -> None:
    for sentence in told(TRUE, HONEST):
        if "actions" in sentence.rests_on:
            read = request(sentence, make_book(sentence).fill(sentence.write))
            assert all(deed in read for deed in sentence.given["done"])
            assert '"done_in_this_turn":[]' not in read


WRITTEN = yaml.safe_load((TABLES / "honest.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "draft"), [(one, draft) for one in WRITTEN for draft in WRITTEN[one]])
def test_what_an_honest_model_writes_is_not_held_back(language: str, draft: str) -> None:
    filled = make_references(language).fill(draft)
    assert filled.unknown == ()
    assert judge(Told(language, draft, {"visit": True}, [], draft), filled) == []
