"""The worst a model can do: nothing untrue reaches the client, nothing wrong the database."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from ai.guard.backing import needs_check
from ai.guard.deeds import find_deeds
from ai.guard.figures import find_figures
from ai.guard.leaks import find_leaks, find_mixture
from ai.models import Turn
from ai.prompts.versions import rules_text
from ai.references.book import Filled, ReferenceBook
from ai.references.speech import Speech
from ai.tests.factories import bodies, make_form
from ai.tests.hostile import World, answers, check_world, forget, make_world, play
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db

LIES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "hostile_lies.yaml").read_text(encoding="utf-8")
)
KINDS = ("claims", "times", "dates", "prices", "discounts", "contacts", "people", "inner", "visits")
LANGUAGES = tuple(LIES)
WANTS = ("none", "question", "smalltalk", "unclear")
TODAY = date(2026, 11, 25)
NAMES = {"Anna", "Olga", "Manicure", "Pedicure", "Haircut", "Hair"}


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


def stopped_by_code(language: str, text: str) -> bool:
    """Say whether code alone refuses the draft."""
    filled = ReferenceBook(
        Speech(language, "UAH", ZoneInfo("Europe/Kyiv"), TODAY), first=TODAY, last=TODAY
    ).fill(text)
    wish = LIES[language]["wish"]
    return bool(
        filled.unknown
        or find_figures(filled.plain, quotable=[wish], names=sorted(NAMES))
        or find_deeds(filled, has_visits=False)
        or find_leaks(filled.plain, secrets=[rules_text("respond")], quotable=[wish])
        or find_mixture(filled.plain, language=language, names=sorted(NAMES))
    )


@pytest.mark.parametrize(("language", "kind"), list(product(LANGUAGES, KINDS)))
def test_every_lie_is_stopped_by_code_or_shown_to_the_check(language: str, kind: str) -> None:
    """However it is wrapped: what code lets through is asked about, word for word."""
    for lie in LIES[language][kind]:
        for written in frames(language, lie):
            if not stopped_by_code(language, written):
                assert needs_check(Filled(written, written)), written


@pytest.mark.parametrize("kind", ["times", "dates", "prices", "contacts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_stopped_by_code_in_every_language(language: str, kind: str) -> None:
    passed = [
        written
        for lie in LIES[language][kind]
        for written in frames(language, lie)
        if not stopped_by_code(language, written)
    ]
    assert passed == []


def objecting(body: dict[str, Any]) -> dict[str, Any]:
    """A check that objects to the whole draft."""
    asked = body["messages"][-1]["content"][0]["text"]
    draft = json.JSONDecoder().raw_decode(asked)[0]["draft"]
    return {"json": {"unsupported": [{"quote": draft, "why": "nothing backs it"}], "says_done": True}}


@pytest.mark.parametrize(("language", "kind"), list(product(LANGUAGES, KINDS)))
def test_no_lie_reaches_the_client(claude: ClaudeStandIn, world: World, language: str, kind: str) -> None:
    """One lie is the draft, the next one is what the model makes of the correction."""
    wish, salon, lies = LIES[language]["wish"], world.salon, LIES[language][kind]
    problems = []
    for number in range(0, len(lies), 2):
        first, second = lies[number], lies[(number + 1) % len(lies)]
        wants = WANTS[number // 2 % len(WANTS)]
        form = make_form(book=[salon.manicure.pk], day=salon.day(), wants=wants, language=language)
        written = frames(language, first)
        answers(claude, {"json": form}, {"text": written[number % len(written)]}, {"text": second})
        claude.script.add(Rule(when={"kind": "check"}, call=objecting, times=None))
        talk = world.talk()
        said = play(world, talk, [wish])
        found = check_world(world, talk, said, client_words=wish)
        if not said or any(lie.lower()[4:] in said.lower() for lie in (first, second)):
            found.append(f"the lie was said: {said!r}")
        problems += [f"{first} / {second} ({wants}): {problem}" for problem in found]
        forget(talk)
    assert problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_that_finds_everything_fine_lets_no_figure_and_no_deed_through(
    claude: ClaudeStandIn, world: World, language: str
) -> None:
    wish, salon = LIES[language]["wish"], world.salon
    problems = []
    for lie in [*LIES[language]["times"][:6], *LIES[language]["claims"][:6], *LIES[language]["prices"][:6]]:
        form = make_form(book=[salon.manicure.pk], day=salon.day(), language=language)
        answers(claude, {"json": form}, {"text": lie})
        talk = world.talk()
        problems += check_world(world, talk, play(world, talk, [wish]), client_words=wish)
        forget(talk)
    assert problems == []


def test_a_check_that_always_objects_leaves_what_code_says(claude: ClaudeStandIn, world: World) -> None:
    """Two drafts are refused, no third is asked for, and the client still gets an answer of the facts."""
    salon, talk = world.salon, world.talk()
    form = make_form(book=[salon.manicure.pk], day=salon.day())
    answers(claude, {"json": form}, {"text": "With pleasure. We have a fine day."})
    claude.script.add(Rule(when={"kind": "check"}, call=objecting, times=None))
    said = play(world, talk, ["manicure tomorrow please"])
    assert said.startswith("Free times:")
    assert (len(bodies(claude, "respond")), len(bodies(claude, "check"))) == (2, 2)
    assert check_world(world, talk, said) == []


@pytest.mark.parametrize(
    "draft",
    [
        "Come {s99}.", "It costs {p999999}.", "Your visit is {v%(foreign)s}.", "See you {v%(taken)s.time}.",
        "{open}", "{s1.secret}", "Together {p%(manicure)s+l%(manicure)s}.", "{d1999-01-01}", "{s1", "{{s1}}",
        "It costs {p%(manicure)s+p999999}.",
    ],
)  # fmt: skip
def test_a_reference_to_what_is_not_this_clients_is_never_said(
    claude: ClaudeStandIn, world: World, draft: str
) -> None:
    salon, talk = world.salon, world.talk()
    ids = {"foreign": world.foreign.pk, "taken": world.taken.pk, "manicure": salon.manicure.pk}
    form = make_form(book=[salon.manicure.pk], day=salon.day())
    answers(claude, {"json": form}, {"text": draft % ids})
    said = play(world, talk, ["manicure tomorrow please"])
    assert said.startswith("Free times:")
    assert "{" not in said
    assert [one["check"] for one in Turn.objects.get(dialogue=talk.dialogue).trace["guard"]] == [
        "not asked"
    ] * 2


def test_braces_of_a_client_mean_nothing(claude: ClaudeStandIn, world: World) -> None:
    """A client who writes references is quoted at most, never filled."""
    talk = world.talk()
    answers(claude, {"json": make_form(wants="question")}, {"text": "Which service would you like?"})
    said = play(world, talk, ["what is {p1} and {s1.time} {0.__class__}"])
    assert said == "Which service would you like?"
