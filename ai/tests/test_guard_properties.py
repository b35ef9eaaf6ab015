"""What code renders from the facts passes the guard; the same with one value changed does not."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ai.guard import check
from ai.language.numbers.mentions import DayOfWeek
from ai.turn.drafts import Evidence, KnownMoment
from ai.wording.defaults import LANGUAGES
from ai.wording.lines import booking_lines, slot_lines, whole_card
from ai.wording.values import rendered
from ai.wording.voice import Voice
from bookings.models import Booking, Service, Specialist
from bookings.values import Slot
from botbackend.lib.clock import WEEKDAYS
from projects.models import Project

KYIV = ZoneInfo("Europe/Kyiv")
NAMES = ["Анна", "Ольга Петрівна", "Kate", "Żaneta"]
SERVICES = ["Манікюр", "Стрижка жіноча", "Hair colour", "Strzyżenie", "Масаж 4 руки", "SPA 60"]
HOURS = {day: ((time(9), time(20)),) for day in WEEKDAYS[:6]}


@dataclass(frozen=True)
class Fact:
    """One visit or free time to speak of."""

    service: str
    specialist: str
    day: int
    minute: int
    price: Decimal | None

    def start(self, today: date) -> datetime:
        moment = datetime.combine(today + timedelta(days=self.day), time(self.minute // 60, self.minute % 60))
        return moment.replace(tzinfo=KYIV)

    def slot(self, today: date) -> Slot:
        start = self.start(today)
        return Slot(1, self.specialist, 1, self.service, start, start + timedelta(hours=1))

    def booking(self, today: date) -> Booking:
        start = self.start(today)
        return Booking(
            service=Service(name=self.service),
            specialist=Specialist(name=self.specialist),
            start=start,
            end=start + timedelta(hours=1),
            price=self.price,
        )

    def known(self, today: date, *, visit: bool) -> KnownMoment:
        start = self.start(today)
        return KnownMoment(start, start + timedelta(hours=1), self.specialist, self.service, is_visit=visit)


PRICE = st.decimals(min_value=Decimal(10), max_value=Decimal(30000), places=2) | st.integers(10, 30000).map(
    Decimal
)
FACT = st.builds(
    Fact,
    service=st.sampled_from(SERVICES),
    specialist=st.sampled_from(NAMES),
    day=st.integers(0, 59),
    minute=st.integers(9 * 4, 20 * 4 - 1).map(lambda quarter: quarter * 15),
    price=st.none() | PRICE,
)
FACTS = st.lists(FACT, min_size=1, max_size=5)
LANGUAGE = st.sampled_from(LANGUAGES)
NOW = st.sampled_from(
    [
        datetime(2026, 6, 9, 9, 0, tzinfo=UTC),
        datetime(2026, 12, 28, 15, 0, tzinfo=UTC),
        datetime(2027, 2, 27, 22, 30, tzinfo=UTC),
    ]
)


def make_voice(language: str) -> Voice:
    return Voice(Project(name="Салон Краса", timezone="Europe/Kyiv", currency="UAH"), language)


def make_evidence(voice: Voice, facts: list[Fact], *, visit: bool, receipts: bool = False) -> Evidence:
    prices = {fact.price for fact in facts if fact.price is not None}
    total = sum((fact.price or Decimal(0) for fact in facts), Decimal(0))
    return Evidence(
        now=datetime.now(UTC).astimezone(KYIV),
        language=voice.language,
        known=tuple(fact.known(voice.today, visit=visit) for fact in facts),
        prices=frozenset(prices),
        totals=frozenset({total}),
        durations=frozenset({60}),
        names=frozenset([*NAMES, *SERVICES, voice.project.name]),
        hours=HOURS,
        currency="UAH",
        receipts=receipts,
    )


def cards(voice: Voice, facts: list[Fact]) -> list[str]:
    rows = [fact.booking(voice.today) for fact in facts]
    lines = whole_card(voice, rows, total=True)
    old = booking_lines(voice, rows[:1])
    return [
        voice.say("card_book", lines=lines),
        voice.say("card_change", lines=lines, old=old),
        voice.say("card_cancel", lines=lines),
    ]


def receipts(voice: Voice, facts: list[Fact]) -> list[str]:
    lines = whole_card(voice, [fact.booking(voice.today) for fact in facts], total=True)
    return [voice.say(f"receipt_{kind}", lines=lines) for kind in ("book", "change", "cancel")]


def offers(voice: Voice, facts: list[Fact]) -> list[str]:
    slots = slot_lines(voice, [fact.slot(voice.today) for fact in facts])
    return [voice.say("slots_offer", slots=slots), voice.say("alternatives", slots=slots)]


def unfilled(voice: Voice) -> list[str]:
    """Every text that has no placeholder but the salon's name."""
    texts = voice.texts.texts
    return [voice.say(key) for key in texts if "{" not in texts[key].replace("{salon}", "")]


@given(LANGUAGE, FACTS, NOW)
@settings(deadline=None, max_examples=120)
def test_what_is_rendered_from_the_facts_passes(language: str, facts: list[Fact], now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        for text in cards(voice, facts):
            assert check(text=text, evidence=make_evidence(voice, facts, visit=False)) == []
        for text in offers(voice, facts):
            assert check(text=text, evidence=make_evidence(voice, facts, visit=False)) == []
        for text in receipts(voice, facts):
            assert check(text=text, evidence=make_evidence(voice, facts, visit=True, receipts=True)) == []
        visits = voice.say(
            "my_visits", bookings=booking_lines(voice, [one.booking(voice.today) for one in facts])
        )
        assert check(text=visits, evidence=make_evidence(voice, facts, visit=True)) == []


@given(LANGUAGE, FACT, st.integers(9 * 4, 20 * 4 - 1).map(lambda quarter: quarter * 15), NOW)
@settings(deadline=None, max_examples=120)
def test_another_time_fails(language: str, fact: Fact, minute: int, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        told = replace(fact, minute=minute)
        evidence = replace(make_evidence(voice, [fact], visit=False), hours={})
        if abs(minute - fact.minute) in (0, 60):  # the end of the visit is a fact too
            return
        for text in [*cards(voice, [told]), *offers(voice, [told])]:
            assert check(text=text, evidence=evidence)


@given(LANGUAGE, FACT, st.integers(1, 50), NOW)
@settings(deadline=None, max_examples=120)
def test_another_date_fails(language: str, fact: Fact, days: int, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        told = replace(fact, day=(fact.day + days) % 60)
        for text in [*cards(voice, [told]), *offers(voice, [told])]:
            assert check(text=text, evidence=make_evidence(voice, [fact], visit=False))


@given(LANGUAGE, FACT, PRICE, PRICE, NOW)
@example(
    "uk",
    Fact("SPA 60", "Анна", 0, 600, None),
    Decimal(1956),
    Decimal(60),
    datetime(2026, 6, 9, 9, tzinfo=UTC),
)
@settings(deadline=None, max_examples=120)
def test_another_price_fails(language: str, fact: Fact, true: Decimal, told: Decimal, now: datetime) -> None:
    if true == told:
        return
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        evidence = make_evidence(voice, [replace(fact, price=true)], visit=False)
        for text in cards(voice, [replace(fact, price=told)]):
            assert [one.kind for one in check(text=text, evidence=evidence)] == ["price"]


@given(LANGUAGE, FACTS, NOW)
@settings(deadline=None, max_examples=60)
def test_a_receipt_without_a_commit_fails(language: str, facts: list[Fact], now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        for text in receipts(voice, facts):
            kinds = {one.kind for one in check(text=text, evidence=make_evidence(voice, facts, visit=False))}
            assert kinds & {"claim", "booking"}


@given(LANGUAGE, NOW)
@settings(deadline=None, max_examples=12)
def test_texts_without_values_pass(language: str, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        voice = make_voice(language)
        evidence = make_evidence(voice, [], visit=False)
        wrong = {text: found for text in unfilled(voice) if (found := check(text=text, evidence=evidence))}
        assert wrong == {}


@given(LANGUAGE, st.integers(2, 59))
@settings(deadline=None, max_examples=40)
def test_questions_about_days_and_hours_pass(language: str, offset: int) -> None:
    voice = make_voice(language)
    day = voice.today + timedelta(days=offset)
    named = DayOfWeek((day.weekday() + 1) % 7)
    evidence = replace(
        make_evidence(voice, [], visit=False), dates=frozenset({day}), client_words=("5:00", "22:00")
    )
    values = {"date": day, "actual": DayOfWeek(day.weekday()), "named": named}
    texts = [
        voice.say("question_weekday", **{name: rendered(voice, value) for name, value in values.items()}),
        voice.say("question_past", date=rendered(voice, day)),
        voice.say("question_too_far", date=rendered(voice, day)),
        voice.say("question_closed", time="05:00", hours=rendered(voice, HOURS["mon"])),
        voice.say("question_hour", first="09:00", second="20:00"),
    ]
    for text in texts:
        assert check(text=text, evidence=evidence) == []


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_draft_can_be_judged(text: str) -> None:
    for violation in check(text=text, evidence=make_evidence(make_voice("uk"), [], visit=False)):
        assert violation.kind
