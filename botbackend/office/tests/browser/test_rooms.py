"""The six rooms of a salon that lives, as README shows them: `make pictures` keeps what this looks at."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response

from bookings.models import Client
from bookings.tests.factories import make_project, make_service, make_specialist
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.people import make_colleague
from botbackend.workshop.showcase.weeks import fill_weeks
from dialogues.models import Dialogue, Message
from dialogues.staff.handoff import hand_off
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOMS = ("calendar", "inbox", "clients", "team", "assistant", "figures")
MOST_BYTES = 300_000  # of a first load, as they are, not even compressed
SAID = (
    (Message.Direction.IN, "Добрий день! Чи є у вас час на манікюр у п'ятницю?"),
    (Message.Direction.OUT, "Добрий день! Так, у п'ятницю вільно о 12:00 і о 15:30. Що вам зручніше?"),
    (Message.Direction.IN, "О 15:30. І чи можна до Анни?"),
)


def make_lively_salon() -> Project:
    """Three specialists, four weeks of visits, some talks; one waits for a person."""
    salon = make_project(name="Салон краси «Мальва»", horizon_days=30)
    for name in ("Анна", "Марія", "Олена"):
        make_specialist(salon, name)
    for name, minutes in (("Манікюр", 60), ("Педикюр", 90), ("Стрижка", 60), ("Фарбування", 150)):
        make_service(salon, name, duration_minutes=minutes)
    fill_weeks(salon=salon)
    for number, client in enumerate(Client.objects.filter(project=salon).order_by("pk")[:6]):
        make_talk(client, minutes_ago=4 + 11 * number)
    return salon


def make_talk(client: Client, *, minutes_ago: int) -> None:
    """A short talk; the first of all asked for a person."""
    client.contact_id = f"contact-{client.pk}"
    client.save()
    began = timezone.now() - timedelta(minutes=minutes_ago + len(SAID))
    dialogue = Dialogue.objects.create(project=client.project, client=client, last_message_at=began)
    for number, (direction, text) in enumerate(SAID):
        is_client = direction == Message.Direction.IN
        Message.objects.create(
            project=client.project,
            dialogue=dialogue,
            direction=direction,
            author=Message.Author.CLIENT if is_client else Message.Author.BOT,
            text=text,
            state=Message.State.RECEIVED if is_client else Message.State.SENT,
            channel_date=began + timedelta(minutes=number),
            created_at=began + timedelta(minutes=number),
        )
    if minutes_ago < 10:
        hand_off(dialogue=dialogue, reason="питає про знижку", origin="client")


def test_every_room_of_a_living_salon_is_usable_light_and_dark_and_light_to_load(visit: Visit) -> None:
    salon = make_lively_salon()
    page = visit(make_colleague(salon), language="uk-UA")
    for room in ROOMS:
        loaded = _bytes_of(page)
        page.goto(f"/admin/salon/{salon.slug}/{room}/", wait_until="networkidle")
        assert sum(loaded) < MOST_BYTES, room
        keep_picture(page, room)
        assert_usable(page)
        page.emulate_media(color_scheme="dark")
        if room == ROOMS[0]:
            keep_picture(page, f"{room}-dark")
        assert_usable(page)
        page.emulate_media(color_scheme="light")


def _bytes_of(page: Page) -> list[int]:
    """Return a list that grows by the size of everything that the page loads from now on."""
    sizes: list[int] = []

    def note(response: Response) -> None:
        if response.status == 200:
            sizes.append(int(response.headers.get("content-length", "0")))

    page.on("response", note)
    return sizes
