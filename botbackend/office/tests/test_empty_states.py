"""What stands where nothing is yet leads on: whoever is sent to a room finds the way there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from ai.models import assistant_of
from bookings.tests.factories import make_project, make_specialist
from botbackend import office
from botbackend.office.tests.people import Role, make_colleague, signed_in

TEMPLATES = Path(office.__file__).parent / "templates"
_EMPTY = re.compile(r'<(p|li|div) class="[^"]*\bempty\b[^"]*"[^>]*>(.*?)</\1>', re.DOTALL)
_SAID = re.compile(r'{% translate "([^"]*)"')
_ROOM = re.compile(
    r"\b(Team|Inbox|Settings|Connections|People|Knowledge|Wordings|Figures|Assistant|the calendar)\b"
)


def empty_states() -> Iterator[tuple[str, str, str]]:
    for template in sorted(TEMPLATES.rglob("*.html")):
        for found in _EMPTY.finditer(template.read_text()):
            yield template.name, found[2], " ".join(_SAID.findall(found[2]))


def test_every_empty_state_that_names_a_room_has_a_link_in_it() -> None:
    found = list(empty_states())
    naming = [(name, html) for name, html, said in found if _ROOM.search(said)]
    assert len(naming) >= 5
    assert [name for name, html in naming if "href=" not in html] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "room"),
    [
        ("calendar", "team"),
        ("figures-team", "team"),
        ("visit-new", "team-services"),
        ("figures", "calendar"),
    ],
)
def test_a_new_salon_is_led_to_what_it_lacks(page: str, room: str) -> None:
    salon = make_project()
    if page == "visit-new":
        make_specialist(salon, "Anna")
    browser = signed_in(make_colleague(salon))
    answer = browser.get(reverse(f"office:{page}", args=[salon.slug]), headers={"HX-Request": "true"})
    html = answer.content.decode()
    (links,) = [
        found[2] for found in _EMPTY.finditer(html) if "yet" in found[2] or "rest of the day" in found[2]
    ]
    assert f'href="{reverse(f"office:{room}", args=[salon.slug])}"' in links


@pytest.mark.django_db
def test_who_may_not_enter_a_room_is_not_led_there() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon, Role.SPECIALIST))
    html = browser.get(reverse("office:calendar", args=[salon.slug])).content.decode()
    assert "Ask the owner to choose you in Settings, People." in html
    assert reverse("office:settings", args=[salon.slug]) not in html


@pytest.mark.django_db
def test_usual_scenarios_without_services_and_a_spent_ceiling_lead_to_where_it_is_changed() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    answer = browser.post(reverse("office:assistant-scenarios-usual", args=[salon.slug]))
    assert reverse("office:team-services", args=[salon.slug]) in answer.headers["HX-Trigger"]
    settings = assistant_of(salon)
    settings.own_budget_usd = 0
    settings.save()
    asked = browser.post(reverse("office:assistant-questions", args=[salon.slug, "main_response"]))
    assert reverse("office:assistant-cost", args=[salon.slug]) in asked.content.decode()
