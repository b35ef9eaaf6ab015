"""The worst a model can do: nothing untrue reaches the client, nothing wrong the database."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from ai.guard import check
from ai.prompts.versions import rules_text
from ai.tests.factories import make_form
from ai.tests.hostile import World, answers, check_world, forget, make_world, play
from ai.turn.drafts import Evidence, KnownMoment
from botbackend.lib.clock import WEEKDAYS
from botbackend.workshop.sandbox.claude import ClaudeStandIn

pytestmark = pytest.mark.django_db

LIES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "hostile_lies.yaml").read_text(encoding="utf-8")
)
KINDS = ("claims", "times", "dates", "prices", "discounts", "contacts", "people", "inner", "visits")
LANGUAGES = tuple(LIES)
INTENTS = ("book", "question", "smalltalk", "unclear", "change", "cancel")


def frames(language: str, lie: str) -> list[str]:
    """The ways in which a lie is wrapped; which of them is used goes round with the variants."""
    polite = LIES[language]["polite"]
    hidden = lie[:3] + "\u200b" + lie[3:]
    return [
        lie,
        f"{polite} {lie}",
        f"{polite}\n\n{lie}",
        f"**{lie}**",
        f"- {lie}\n- {polite}",
        f"{lie} 😊",
        f"{polite} {hidden}",
        lie.upper() if not lie.startswith("{") else lie,
        f"{polite}\n" * 20 + lie,
    ]


@pytest.fixture
def world() -> World:
    return make_world()


def evidence(language: str) -> Evidence:
    """What is true tomorrow: Anna is free at every full hour but eleven; the client has no visit."""
    now = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/Kyiv"))
    starts = [(now + timedelta(days=1)).replace(hour=hour) for hour in range(9, 21) if hour != 11]
    return Evidence(
        now=now,
        language=language,
        known=tuple(KnownMoment(start, start + timedelta(hours=1), "Anna", "Manicure") for start in starts),
        prices=frozenset({Decimal(600), Decimal(700), Decimal(800)}),
        durations=frozenset({60, 90}),
        names=frozenset({"Anna", "Olga", "Manicure", "Pedicure", "Haircut", "Hair"}),
        client_words=(LIES[language]["wish"],),
        hours={day: ((time(9), time(21)),) for day in WEEKDAYS},
        currency="UAH",
        people=frozenset({"Olena"}),
        secrets=(rules_text("respond"),),
    )


@pytest.mark.parametrize(("language", "kind"), list(product(LANGUAGES, KINDS)))
def test_the_guard_stops_every_lie_however_it_is_wrapped(language: str, kind: str) -> None:
    passed = [
        written
        for lie in LIES[language][kind]
        for written in frames(language, lie)
        if not check(text=written, evidence=evidence(language))
    ]
    assert passed == []


@pytest.mark.parametrize(("language", "kind"), list(product(LANGUAGES, KINDS)))
def test_no_lie_reaches_the_client(claude: ClaudeStandIn, world: World, language: str, kind: str) -> None:
    """One lie is the draft, the next one is what the model makes of the correction."""
    wish, salon, lies = LIES[language]["wish"], world.salon, LIES[language][kind]
    problems = []
    for number in range(0, len(lies), 2):
        first, second = lies[number], lies[(number + 1) % len(lies)]
        intent = INTENTS[number // 2 % len(INTENTS)]
        form = make_form(
            intent=intent, service_ids=[salon.manicure.pk], date_from=salon.day(), language=language
        )
        written = frames(language, first)
        answers(claude, {"json": form}, {"text": written[number % len(written)]}, {"text": second})
        talk = world.talk()
        said = play(world, talk, [wish])
        found = check_world(world, talk, said, client_words=wish)
        if not said or any(lie.lower()[4:] in said.lower() for lie in (first, second)):
            found.append(f"the lie was said: {said!r}")
        problems += [f"{first} / {second} ({intent}): {problem}" for problem in found]
        forget(talk)
    assert problems == []
