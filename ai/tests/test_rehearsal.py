"""A prompt is tried out: the real turn answers, and no row but the rehearsal's own knows of it."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from ai.claude import budget
from ai.models import Rehearsal
from ai.prompts.versions import default_text
from ai.rehearsal import jobs, questions
from ai.rehearsal.playing import Played, play
from ai.rehearsal.starting import BudgetSpent, NotTried, StillAnswering, ask_again, ask_in_chat, newest
from ai.salon.money import bill_of, set_own_ceiling
from ai.tests.factories import SalonRows, Talk, bodies, make_visit, price_of, responds, understood
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Message
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
OWN = {"ai_rehearsal", "outbox_task", "ai_keystate", "ai_breaker"}


@pytest.fixture
def owner() -> User:
    return make_staff()


def tables() -> dict[str, list[Any]]:
    """Everything that is stored, as it is."""
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.managed and model._meta.db_table not in OWN
    }


def chat(salon: SalonRows, owner: User, said: str, prompt: str = "Be brief.") -> dict[str, Any]:
    ask_in_chat(project=salon.project, author=owner, name="main_response", prompt=prompt, said=said)
    run_due("rehearsal.asked")
    row = Rehearsal.objects.latest("pk")
    assert row.state == "done", row.note
    line: dict[str, Any] = row.content["lines"][-1]
    return line


def test_questions_are_asked_again_once_at_a_time(salon: SalonRows, owner: User) -> None:
    asked: dict[str, Any] = {"project": salon.project, "name": "main_response", "prompt": "Be brief."}
    first = ask_again(author=owner, **asked)
    with pytest.raises(StillAnswering):
        ask_again(author=make_staff(), **asked)
    Rehearsal.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert ask_again(author=owner, **asked).pk != first.pk


@pytest.fixture
def untouched(salon: SalonRows, talk: Talk, owner: User) -> Iterator[None]:
    """No table but the rehearsals' own is another one after the test's tries."""
    before = tables()
    yield
    after = tables()
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.usefixtures("untouched")
def test_the_test_chat_answers_by_the_draft_and_leaves_no_other_row(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    line = chat(salon, owner, "what does a manicure cost?", "Speak like a captain.")
    assert line["text"] == "It costs 600 UAH."
    assert Decimal(line["usd"]) > 0
    (asked,) = bodies(claude, "respond")
    assert "Speak like a captain." in asked["system"][1]["text"]
    assert default_text("main_response") not in asked["system"][1]["text"]


@pytest.mark.usefixtures("untouched")
def test_a_visit_is_shown_and_booked_in_words_only(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    assert chat(salon, owner, "manicure tomorrow at 15:00")["text"].startswith(
        "Please check:\nManicure — Anna"
    )
    receipt = chat(salon, owner, "yes")
    assert receipt["text"].startswith("Done, you are booked:\nManicure — Anna")
    assert (receipt["notes"], receipt["usd"]) == (["booked"], "0")


@pytest.mark.usefixtures("untouched")
def test_a_no_to_the_card_is_understood_and_another_text_begins_anew(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    chat(salon, owner, "manicure tomorrow at 15:00")
    assert chat(salon, owner, "no")["text"].startswith("All right, nothing changes")
    understood(claude, wants="smalltalk")
    responds(claude, "Hello!")
    chat(salon, owner, "hello", "Another text.")
    row = newest(project=salon.project, author=owner, name="main_response", kind=Rehearsal.Kind.CHAT)
    assert row is not None
    assert [line["text"] for line in row.content["lines"]] == ["hello", "Hello!"]


def ask(claude: ClaudeStandIn, salon: SalonRows, talk: Talk, number: int) -> None:
    understood(claude, wants="question")
    responds(claude, f"Old answer: {price_of(salon.manicure)}.")
    talk.say(f"what does a manicure cost, number {'x' * number}?")


def test_the_last_ten_questions_are_answered_by_the_text_in_force_and_by_the_draft(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User
) -> None:
    for number in range(12):
        ask(claude, salon, talk, number)
    before = tables()
    for _ in range(10):
        for words in ("As now", "New answer"):
            understood(claude, wants="question")
            responds(claude, f"{words}: {price_of(salon.manicure)}.")
    ask_again(project=salon.project, author=owner, name="main_response", prompt="Be new.")
    run_due("rehearsal.asked")
    row = Rehearsal.objects.get()
    assert (row.state, len(row.content["rows"])) == ("done", 10)
    assert row.content["rows"][0]["asked"].endswith("xxxxxxxxxxx?")
    assert {one["old"] for one in row.content["rows"]} == {"Old answer: 600 UAH."}
    assert {one["in_force"]["text"] for one in row.content["rows"]} == {"As now: 600 UAH."}
    assert {one["new"]["text"] for one in row.content["rows"]} == {"New answer: 600 UAH."}
    assert not any(one["diary_changed"] for one in row.content["rows"])
    assert tables() == before
    assert not Message.objects.filter(state="queued").exists()
    costs = [Decimal(one[side]["usd"]) for one in row.content["rows"] for side in ("in_force", "new")]
    assert row.cost_usd == sum(costs) > 0
    assert min(costs) > 0


def ask_about(owner: User, salon: SalonRows, *, name: str = "main_response") -> dict[str, Any]:
    """Have the last question asked again; returns what came of it."""
    ask_again(project=salon.project, author=owner, name=name, prompt="Be new.")
    run_due("rehearsal.asked")
    tried = Rehearsal.objects.latest("pk")
    assert tried.state == "done", tried.note
    row: dict[str, Any] = tried.content["rows"][0]
    return row


def test_both_texts_are_told_the_very_same_but_for_the_prompt(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User
) -> None:
    ask(claude, salon, talk, 1)
    known = len(bodies(claude))
    for _ in range(2):
        understood(claude, wants="question")
        responds(claude, f"It costs {price_of(salon.manicure)}.")
    noon = timezone.now().replace(hour=12, minute=0, second=59)
    with time_machine.travel(noon, tick=True):  # the minute is over before the second one is asked
        row = ask_about(owner, salon)
    asked = bodies(claude)[known:]
    half = len(asked) // 2
    in_force = json.dumps(default_text("main_response"))[1:-1]
    told = [json.dumps(one).replace(in_force, "Be new.") for one in asked]
    assert (len(asked), told[:half]) == (2 * half, told[half:])
    assert datetime.fromisoformat(row["at"]) == pytest.approx(noon, abs=timedelta(seconds=30))


def test_what_is_booked_between_the_two_answers_makes_both_anew(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(claude, salon, talk, 1)
    for number in range(4):
        understood(claude, wants="question")
        responds(claude, f"Try {'ABCD'[number]}: {price_of(salon.manicure)}.")
    _between_answers(monkeypatch, [lambda: make_visit(talk, "11:00")])
    row = ask_about(owner, salon)
    assert row["in_force"]["text"].startswith("Try C")
    assert row["new"]["text"].startswith("Try D")
    assert (row["tries"], row["diary_changed"]) == (2, False)


def test_a_diary_that_never_rests_is_said_beside_the_answers(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(claude, salon, talk, 1)
    for _ in range(4):
        understood(claude, wants="question")
        responds(claude, f"It costs {price_of(salon.manicure)}.")
    _between_answers(monkeypatch, [lambda: make_visit(talk, "11:00"), lambda: make_visit(talk, "14:00")])
    row = ask_about(owner, salon)
    assert (row["tries"], row["diary_changed"]) == (2, True)
    assert row["new"]["text"] == "It costs 600 UAH."


def test_the_text_in_force_is_asked_once_when_nothing_else_is_tried(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User
) -> None:
    ask(claude, salon, talk, 1)
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    text = default_text("main_response")
    ask_again(project=salon.project, author=owner, name="main_response", prompt=text)
    run_due("rehearsal.asked")
    (row,) = Rehearsal.objects.get().content["rows"]
    assert (row["in_force"], row["new"]["text"]) == (None, "It costs 600 UAH.")


def _between_answers(monkeypatch: pytest.MonkeyPatch, acts: list[Callable[[], object]]) -> None:
    """Let somebody do something after the first, the third, the fifth answer."""
    answered: list[Played] = []

    def played(*args: Any, **kwargs: Any) -> Played:
        answered.append(play(*args, **kwargs))
        if len(answered) % 2 and acts:
            acts.pop(0)()
        return answered[-1]

    monkeypatch.setattr(questions, "play", played)


def test_a_question_that_wished_for_a_visit_shows_its_card_and_holds_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User
) -> None:
    wish = {"book": [salon.manicure.pk], "day": salon.day(), "time_from": "15:00", "exact": True}
    understood(claude, **wish)
    talk.say("manicure tomorrow at 15:00")
    talk.say("no")
    before = tables()
    understood(claude, **wish | {"time_from": "17:00"})
    understood(claude, **wish | {"time_from": "16:00"})
    row = ask_about(owner, salon, name="intent_detection")
    assert row["old"].startswith("Please check:")
    assert "at 17:00" in row["in_force"]["text"]
    assert "at 16:00" in row["new"]["text"]
    assert tables() == before


def test_what_is_tried_counts_in_the_bill_and_stops_at_the_ceiling(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    chat(salon, owner, "what does a manicure cost?")
    spent = Rehearsal.objects.get().cost_usd
    assert budget.month_to_date(project=salon.project) == spent > 0
    now = timezone.now()
    bill = bill_of(project=salon.project, first=now - timedelta(days=1), end=now + timedelta(days=1))
    assert (bill.total, {share.purpose for share in bill.shares}) == (spent, {"try"})
    set_own_ceiling(project=salon.project, usd=Decimal("0"))
    budget.forget_cache()
    salon.project.refresh_from_db()
    with pytest.raises(BudgetSpent):
        ask_again(project=salon.project, author=owner, name="main_response", prompt="Be new.")


def test_a_second_message_waits_for_the_first_and_the_summary_is_not_tried(
    salon: SalonRows, owner: User
) -> None:
    about: dict[str, Any] = {"project": salon.project, "author": owner, "prompt": "Be brief."}
    ask_in_chat(name="main_response", said="hello", **about)
    with pytest.raises(StillAnswering):
        ask_in_chat(name="main_response", said="hello?", **about)
    with pytest.raises(NotTried):
        ask_again(name="dialogue_compression", **about)


def test_without_a_key_the_try_fails_and_says_so(salon: SalonRows, owner: User) -> None:
    ask_in_chat(project=salon.project, author=owner, name="main_response", prompt="Be brief.", said="hello")
    run_due("rehearsal.asked")
    row = Rehearsal.objects.get()
    assert (row.state, row.note) == ("failed", "no usable key")


def test_a_day_later_the_words_are_gone_and_the_cost_stays(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    understood(claude, wants="smalltalk")
    responds(claude, "Hello!")
    chat(salon, owner, "hello")
    Rehearsal.objects.update(created_at=timezone.now() - timedelta(hours=25))
    jobs.forget_old(claim=None)  # type: ignore[arg-type]
    row = Rehearsal.objects.get()
    assert row.prompt is None
    assert row.content is None
    assert row.cost_usd > 0
