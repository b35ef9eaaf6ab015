"""What a salon writes and what a turn knows, as Claude gets to read it; and what that costs."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai.claude import budget
from ai.figures.turns import turn_figures
from ai.models import Knowledge, PromptVersion, Turn, Wording
from ai.prompts.versions import default_text, publish_prompt
from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    hold_clocked_caches,
    price_of,
    responds,
    statements,
    understood,
)
from botbackend.lib.clock import WEEKDAYS
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import StaffTask
from dialogues.tests.factories import make_incoming
from projects.access import grant_membership
from projects.models import Membership
from projects.tests.factories import change_settings, make_staff

pytestmark = pytest.mark.django_db


def ask(claude: ClaudeStandIn, talk: Talk) -> None:
    """One question, answered in words."""
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(talk.salon.manicure)}.")
    assert talk.say("what does a manicure cost?") == "It costs 600 UAH."


def system(claude: ClaudeStandIn, kind: str) -> str:
    """The system blocks of the newest request of the kind."""
    return "\n".join(block["text"] for block in bodies(claude, kind)[-1]["system"])


def facts(claude: ClaudeStandIn, kind: str) -> dict[str, Any]:
    """The facts of the newest request of the kind."""
    blocks = bodies(claude, kind)[-1]["messages"][-1]["content"]
    texts = [block["text"] for block in blocks if block["type"] == "text"]
    found: dict[str, Any] = next(json.loads(text) for text in texts if '"calendar"' in text)
    return found


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member(salon: SalonRows, role: Membership.Role) -> Client:
    user = make_staff()
    grant_membership(project=salon.project, user=user, role=role)
    return browser(user)


@pytest.mark.parametrize(
    ("words", "hours", "asked"),
    [
        ("done by 14:00?", {"time_to": "14:00", "time_is": "end"}, {"until": "by 14:00"}),
        ("until two pm?", {"time_to": "14:00"}, {"until": "by 14:00"}),
        (
            "between 14:00 and 17:00?",
            {"time_from": "14:00", "time_to": "17:00"},
            {"from": "from 14:00", "until": "by 17:00"},
        ),
        (
            "in the evening?",
            {"time_from": "18:00", "time_to": "21:00"},
            {"from": "from 18:00", "until": "by 21:00"},
        ),
    ],
)
def test_the_bounds_that_a_client_named_can_be_pointed_at(
    claude: ClaudeStandIn, talk: Talk, words: str, hours: dict[str, str], asked: dict[str, str]
) -> None:
    salon = talk.salon
    understood(claude, book=[salon.manicure.pk], day=salon.day(), to_answer=True, **hours)
    responds(claude, "What shall I look for?")
    talk.say(f"could I have a manicure tomorrow, {words}")
    (known,) = facts(claude, "respond")["asked_for"]
    assert {name: known[name] for name in ("from", "until") if name in known} == asked


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("intent_detection", "understand"),
        ("service_identification", "understand"),
        ("main_response", "respond"),
    ],
)
def test_a_prompt_of_the_salon_is_in_its_request_and_no_other(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, name: str, kind: str
) -> None:
    publish_prompt(project=salon.project, name=name, text="Our dog is called Bublyk.")
    ask(claude, talk)
    other = {"understand": "respond", "respond": "understand"}[kind]
    assert "Bublyk" in system(claude, kind)
    assert "Bublyk" not in system(claude, other)
    assert f"{name}:1" in Turn.objects.get().trace["prompts"]


def test_owners_write_prompts_in_the_admin_and_return_to_older_ones(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    owner = member(salon, Membership.Role.OWNER)
    add = reverse("admin:ai_promptversion_add")
    for text in ("Speak of the sea.", "Speak of the mountains."):
        answer = owner.post(add, {"project": salon.project.pk, "name": "main_response", "text": text})
        assert answer.status_code == 302
    assert list(PromptVersion.objects.order_by("version").values_list("state", flat=True)) == [
        "retired",
        "published",
    ]
    ask(claude, talk)
    assert "mountains" in system(claude, "respond")
    first = PromptVersion.objects.get(version=1)
    changes = reverse("admin:ai_promptversion_changelist")
    owner.post(changes, {"action": "put_in_force", "_selected_action": [first.pk]})
    ask(claude, talk)
    assert "sea" in system(claude, "respond")
    assert "mountains" not in system(claude, "respond")


def test_owners_go_back_to_the_shipped_prompt(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    version = publish_prompt(project=salon.project, name="main_response", text="Speak of the sea.")
    changes = reverse("admin:ai_promptversion_changelist")
    action = {"action": "go_back_to_shipped", "_selected_action": [version.pk]}
    member(salon, Membership.Role.STAFF).post(changes, action)
    ask(claude, talk)
    assert "sea" in system(claude, "respond")
    member(salon, Membership.Role.OWNER).post(changes, action)
    ask(claude, talk)
    assert default_text("main_response") in system(claude, "respond")
    assert "Speak of the sea." not in system(claude, "respond")
    assert PromptVersion.objects.get().state == "retired"


def test_staff_write_notes_but_no_prompts(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    staff = member(salon, Membership.Role.STAFF)
    note = {"project": salon.project.pk, "title": "Parking", "text": "Free, behind the house.", "position": 1}
    assert staff.post(reverse("admin:ai_knowledge_add"), note | {"is_active": "on"}).status_code == 302
    prompt = {"project": salon.project.pk, "name": "main_response", "text": "Give everything away."}
    assert staff.post(reverse("admin:ai_promptversion_add"), prompt).status_code == 403
    ask(claude, talk)
    assert "behind the house" in system(claude, "respond")
    Knowledge.objects.update(is_active=False)
    ask(claude, talk)
    assert "behind the house" not in system(claude, "respond")


def test_a_wording_that_lost_its_placeholder_is_refused_in_the_admin(salon: SalonRows) -> None:
    owner = member(salon, Membership.Role.OWNER)
    row = {"project": salon.project.pk, "key": "receipt_book", "language": "en"}
    answer = owner.post(reverse("admin:ai_wording_add"), row | {"text": "Booked!"})
    assert answer.status_code == 200
    assert "lines" in answer.content.decode()
    assert not Wording.objects.exists()
    assert owner.post(reverse("admin:ai_wording_add"), row | {"text": "Hooray:\n{lines}"}).status_code == 302
    assert Wording.objects.get().text == "Hooray:\n{lines}"


@pytest.mark.parametrize("kind", ["understand", "respond"])
def test_the_calendar_tells_the_weekday_of_each_day_ahead(
    claude: ClaudeStandIn, talk: Talk, kind: str
) -> None:
    ask(claude, talk)
    now = timezone.now().astimezone(talk.salon.zone).date()
    strip = json.dumps(facts(claude, kind)["calendar"])
    for ahead in range(14):
        day = date.fromordinal(now.toordinal() + ahead)
        place = strip.index(day.isoformat())
        beside = strip[max(0, place - 30) : place + 40]
        assert WEEKDAYS[day.weekday()] in beside


def test_the_share_that_came_from_the_cache_is_told(claude: ClaudeStandIn, talk: Talk) -> None:
    long_note = "We are a quiet place. " * 1500  # a prefix shorter than the model's least is not cached
    Knowledge.objects.create(project=talk.salon.project, title="House", text=long_note)
    for _ in range(3):
        ask(claude, talk)
    now = timezone.now()
    start, end = now.replace(hour=0, minute=0), now + timedelta(minutes=1)
    figures = turn_figures(project=talk.salon.project, start=start, end=end)
    read = sum(turn.cache_read_tokens for turn in Turn.objects.all())
    fresh = sum(turn.input_tokens + turn.cache_write_tokens for turn in Turn.objects.all())
    assert read > 0
    assert figures.cache_hit_share == pytest.approx(read / (read + fresh), abs=0.001)
    assert figures.cost_usd == sum(turn.cost_usd for turn in Turn.objects.all()) > 0


def test_four_fifths_of_the_budget_warn_once_and_all_of_it_brings_the_menus(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    """The ceiling is ten dollars; earlier turns of this month came to almost eight."""
    change_settings(salon.project, monthly_budget_usd=10)
    Turn.objects.create(project=salon.project, dialogue=talk.dialogue, outcome="replied", cost_usd="7.9999")
    for _ in range(2):
        budget.forget_cache()
        ask(claude, talk)
    assert budget.month_to_date(project=salon.project) > 8
    assert StaffTask.objects.filter(kind="budget").count() == 1
    Turn.objects.create(project=salon.project, dialogue=talk.dialogue, outcome="replied", cost_usd="2.1")
    budget.forget_cache()
    asked = len(bodies(claude))
    assert "1." in talk.say("hello again")
    assert len(bodies(claude)) == asked
    assert Turn.objects.latest("pk").note == "budget spent"
    assert StaffTask.objects.filter(kind="budget").count() == 1


# What a turn asks of PostgreSQL
def three_turns(claude: ClaudeStandIn, talk: Talk) -> list[int]:
    """A question, a clear wish, and the yes that books it."""
    salon, day = talk.salon, talk.salon.day()
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    counts = [statements(talk, "what does it cost?")]
    wish = {"day": day, "time_from": "15:00", "exact": True}
    understood(claude, book=[salon.manicure.pk], **wish)
    counts.append(statements(talk, "manicure tomorrow at 15:00 please"))
    counts.append(statements(talk, "yes"))
    assert [visit.client for visit in salon.visits()] == [talk.client]
    return counts


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("old_messages", [0, 400])
def test_a_turn_needs_at_most_thirty_statements_however_long_the_talk(
    claude: ClaudeStandIn, talk: Talk, old_messages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_clocked_caches(monkeypatch)
    for number in range(old_messages):
        make_incoming(talk.dialogue, f"old {number}", turn_id=1)
    ask(claude, talk)  # what every process reads once in a while is read
    counts = three_turns(claude, talk)
    assert max(counts) <= 30, counts
    assert counts[0] <= 20, counts
