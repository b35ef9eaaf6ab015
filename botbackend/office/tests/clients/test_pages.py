"""The room of clients: who is found, what a card shows, what may be done to it, and by whom."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from bookings.models import Booking, Client, ClientEvent, ClientMerge, ClientsApart
from bookings.tests.factories import (
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from botbackend.office.clients.selectors import recent_clients
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import Dialogue
from projects.models import Project

pytestmark = pytest.mark.django_db
NASTY = "<script>alert(1)</script>\"'&"


@pytest.fixture
def salon() -> Project:
    return make_project(name="Hair & Co")


@pytest.fixture
def browser(salon: Project) -> Browser:
    return signed_in(make_colleague(salon))


def at_desk(salon: Project, name: str, *rows: int) -> str:
    return reverse(f"office:{name}", args=[salon.slug, *rows])


def make_visit(client: Client, *, days: int, status: str = "booked", price: int = 100) -> Booking:
    """A visit so many days from now, past ones too; each has a specialist of its own."""
    start = timezone.now() + timedelta(days=days)
    times = {"start": start, "busy_from": start, "end": start + timedelta(hours=1)}
    return Booking.objects.create(
        project=client.project,
        client=client,
        specialist=make_specialist(client.project),
        service=make_service(client.project),
        status=status,
        price=price,
        source="admin",
        busy_until=times["end"],
        **times,
    )


def queries_of(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_the_list_shows_who_was_here_lately_and_the_search_finds(salon: Project, browser: Browser) -> None:
    olena = make_client(salon, name="Олена", phone="+380501234567")
    make_client(salon, name="Марія", phone="+380671112233")
    make_visit(olena, days=3)
    page = browser.get(at_desk(salon, "clients")).content.decode()
    assert "Олена" in page
    assert "Марія" in page
    found = browser.get(at_desk(salon, "clients-found"), {"q": "050 123"}).content.decode()
    assert "Олена" in found
    assert "Марія" not in found


def test_who_wrote_last_stands_first(salon: Project) -> None:
    one, two = make_client(salon, name="One"), make_client(salon, name="Two")
    Dialogue.objects.create(project=salon, client=one, last_message_at=timezone.now())
    assert recent_clients(salon=salon) == [one, two]


@pytest.mark.parametrize("name", ["clients", "clients-found"])
def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    salon: Project, browser: Browser, name: str
) -> None:
    make_visit(make_client(salon), days=1)
    few = queries_of(browser, at_desk(salon, name))
    for _ in range(12):
        client = make_client(salon)
        Dialogue.objects.create(project=salon, client=client, last_message_at=timezone.now())
        make_visit(client, days=1)
    assert queries_of(browser, at_desk(salon, name)) == few


def test_the_card_asks_as_often_for_many_visits_as_for_one(salon: Project, browser: Browser) -> None:
    client = make_client(salon, name="Олена Коваль", phone="+380501234567")
    Dialogue.objects.create(project=salon, client=client)
    make_client(salon, name="Олена Коваль", contact_id="")
    for days in (-1, 1):
        make_visit(client, days=days)
    few = queries_of(browser, at_desk(salon, "client", client.pk))
    make_client(salon, name="Олена Коваль", contact_id="")
    for days in range(-12, 12):
        make_visit(client, days=days, status="booked" if days > 0 else "completed")
    assert queries_of(browser, at_desk(salon, "client", client.pk)) == few


def test_the_card_shows_visits_spend_and_whom_she_usually_sees(salon: Project, browser: Browser) -> None:
    client = make_client(salon, name=NASTY, notes=NASTY)
    make_visit(client, days=2)
    done = make_visit(client, days=-2, status="completed", price=700)
    make_visit(client, days=-3, status="no_show")
    page = browser.get(at_desk(salon, "client", client.pk)).content.decode()
    assert "<script>alert" not in page
    assert "700" in page
    assert page.count(done.specialist.name) == 2
    assert "No-show" in page


def test_a_visit_that_is_over_counts_as_spent_and_a_price_that_begins_somewhere_as_at_least(
    salon: Project, browser: Browser
) -> None:
    client = make_client(salon, name="Olena")
    make_visit(client, days=-2, price=700)
    make_visit(client, days=2, price=900)
    shown = browser.get(at_desk(salon, "client", client.pk))
    assert (shown.context["figures"].completed, shown.context["figures"].spent) == (1, 700)
    assert "≥" not in shown.content.decode()
    Booking.objects.filter(price=700).update(price_from=True)
    assert "≥" in browser.get(at_desk(salon, "client", client.pk)).content.decode()


def test_earlier_visits_come_by_the_page(salon: Project, browser: Browser) -> None:
    client = make_client(salon)
    for days in range(1, 25):
        make_visit(client, days=-days, status="completed")
    first = browser.get(at_desk(salon, "client", client.pk)).content.decode()
    assert "Earlier visits" in first
    second = browser.get(at_desk(salon, "client-visits", client.pk), {"page": 2}).content.decode()
    assert second.count("<li") == 4
    assert "Earlier visits" not in second


def test_a_new_client_is_added_and_a_known_phone_is_told_first(salon: Project, browser: Browser) -> None:
    values = {"name": "Олена", "phone": "050 123 45 67", "language": "uk", "notes": ""}
    answer = browser.post(at_desk(salon, "client-new"), values)
    client = Client.objects.get()
    assert answer["HX-Redirect"] == at_desk(salon, "client", client.pk)
    again = browser.post(at_desk(salon, "client-new"), values | {"name": "Оля"})
    assert (again.status_code, Client.objects.count()) == (409, 1)
    assert "Олена" in again.content.decode()
    assert browser.post(at_desk(salon, "client-new"), values | {"anyway": "on"}).status_code == 204
    assert (Client.objects.count(), ClientsApart.objects.count()) == (2, 1)


def test_a_card_that_gets_somebodys_phone_asks_whose_it_is(salon: Project, browser: Browser) -> None:
    make_client(salon, name="Олена", phone="+380501234567")
    other = make_client(salon, name="Оля")
    address = at_desk(salon, "client-edit", other.pk)
    values = {"name": "Оля", "phone": "050 123 45 67", "language": ""}
    again = browser.post(address, values)
    assert again.status_code == 409
    assert "Олена" in again.content.decode()
    assert Client.objects.get(pk=other.pk).phone == ""
    assert browser.post(address, values | {"anyway": "on"}).status_code == 204
    assert Client.objects.get(pk=other.pk).phone == "+380501234567"
    assert ClientsApart.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [({}, "Write a name or a phone."), ({"name": "A", "phone": "12"}, "This is no phone number")],
)
def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    salon: Project, browser: Browser, values: dict[str, str], said: str
) -> None:
    answer = browser.post(at_desk(salon, "client-new"), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(f'value="{value}"' in page for value in values.values())


def test_a_stale_form_is_told_and_the_change_of_the_other_stays(salon: Project, browser: Browser) -> None:
    client = make_client(salon, name="Olena")
    form = browser.get(at_desk(salon, "client-edit", client.pk)).context["form"]
    values = {"name": "Ola", "phone": "", "language": "", "seen": form.initial["seen"]}
    assert browser.post(at_desk(salon, "client-edit", client.pk), values).status_code == 204
    stale = browser.post(at_desk(salon, "client-edit", client.pk), values | {"name": "Oli"})
    assert stale.status_code == 422
    assert "Somebody else changed this client" in stale.content.decode()
    client.refresh_from_db()
    assert client.name == "Ola"


def test_notes_are_kept_and_can_be_kept_again_at_once(salon: Project, browser: Browser) -> None:
    client = make_client(salon)
    seen = ""
    for text in ("чай", "кава"):
        answer = browser.post(at_desk(salon, "client-notes", client.pk), {"notes": text, "seen": seen})
        seen = answer.context["form"].initial["seen"]
        client.refresh_from_db()
        assert client.notes == text


def test_block_and_unblock_are_told_and_noted(salon: Project, browser: Browser) -> None:
    client = make_client(salon)
    for blocked, now in (("yes", True), ("no", False)):
        assert (
            browser.post(at_desk(salon, "client-block", client.pk), {"blocked": blocked}).status_code == 204
        )
        client.refresh_from_db()
        assert client.is_blocked == now
    assert ClientEvent.objects.filter(client=client, actor="Iryna Bondar").count() == 2


def test_two_cards_are_merged_and_taken_apart(salon: Project, browser: Browser) -> None:
    writes = make_client(salon, name="Olena")
    noted = make_client(salon, name="Олена", phone="+380501234567", contact_id="")
    address = at_desk(salon, "client-merge-with", noted.pk, writes.pk)
    assert "Олена" in browser.get(address).content.decode()
    answer = browser.post(address, {"name_of": writes.pk, "phone_of": noted.pk})
    assert answer["HX-Redirect"] == at_desk(salon, "client", writes.pk)
    led = browser.get(at_desk(salon, "client", noted.pk))
    assert led["Location"] == at_desk(salon, "client", writes.pk)
    merge = ClientMerge.objects.get()
    assert f'value="{merge.pk}"' in browser.get(at_desk(salon, "client", writes.pk)).content.decode()
    undone = browser.post(at_desk(salon, "client-part", writes.pk), {"merge": merge.pk})
    assert "two clients again" in undone["HX-Trigger"]
    noted.refresh_from_db()
    assert (noted.name, noted.merged_into_id) == ("Олена", None)
    late = browser.post(at_desk(salon, "client-part", writes.pk), {"merge": merge.pk})
    assert json.loads(late["HX-Trigger"])["office:said"]["warning"] is True


def test_two_chats_are_told_to_stay_two(salon: Project, browser: Browser) -> None:
    one, two = make_client(salon), make_client(salon)
    answer = browser.post(at_desk(salon, "client-merge-with", one.pk, two.pk), {})
    assert answer.status_code == 422
    assert "chats of their own" in answer.content.decode()


def test_possible_duplicates_are_those_of_one_phone_or_one_whole_name(
    salon: Project, browser: Browser
) -> None:
    for name, phone in (("A", "+380501234567"), ("B", "+380501234567"), ("Solo", ""), ("Solo", "")):
        make_client(salon, name=name, phone=phone)
    for spelled in ("Олена Коваль", "ОЛЕНА КОВАЛЬ"):
        make_client(salon, name=spelled)
    make_client(make_project(), name="Foreign", phone="+380501234567")
    page = browser.get(at_desk(salon, "clients-alike"))
    names = [[client.name for client in group.clients] for group in page.context["page"].groups]
    assert names == [["A", "B"], ["Олена Коваль", "ОЛЕНА КОВАЛЬ"]]


@pytest.mark.parametrize("place", ["client", "clients-alike", "client-merge", "client-merge-with"])
def test_two_who_may_be_one_are_told_apart_by_phone_visits_and_chat(
    salon: Project, browser: Browser, place: str
) -> None:
    kept = make_client(salon, name="Olena Koval", phone="+380501112233", contact_id="c-9")
    other = make_client(salon, name="Olena Koval", phone="+380671112244")
    make_visit(other, days=-4, status="completed")
    make_visit(other, days=3)
    rows = {"client": [kept.pk], "clients-alike": [], "client-merge": [kept.pk]}
    address = at_desk(salon, place, *rows.get(place, [kept.pk, other.pk]))
    html = browser.get(address).content.decode()
    told = html[html.index("+380671112244") :]
    assert "2 visits" in told
    assert f"Last visit: {date_format(timezone.now() - timedelta(days=4), 'SHORT_DATE_FORMAT')}" in told
    assert "Next visit: " in told
    if place in ("clients-alike", "client-merge-with"):  # elsewhere only the other one is described
        assert "No visit yet" in html
        assert "Chat</span>" in html


def test_notes_and_facts_of_a_client_stand_before_the_visits(salon: Project, browser: Browser) -> None:
    client = make_client(salon, notes="latex", phone="+380501112233")
    make_visit(client, days=2)
    html = browser.get(at_desk(salon, "client", client.pk)).content.decode()
    places = [html.index(text) for text in ("latex", "<dt>Phone", "Visits ahead", "Visits so far")]
    assert places == sorted(places)


def test_who_came_before_the_card_was_made_is_known_since_then(salon: Project, browser: Browser) -> None:
    client = make_client(salon)
    first = make_visit(client, days=-40)
    context = browser.get(at_desk(salon, "client", client.pk)).context
    assert context["known_since"] == first.start


def test_visits_ahead_that_were_called_off_are_no_visits_so_far(salon: Project, browser: Browser) -> None:
    client = make_client(salon)
    gone, off = make_visit(client, days=-2), make_visit(client, days=2, status="cancelled")
    context = browser.get(at_desk(salon, "client", client.pk)).context
    assert context["ahead"] == [off]
    assert context["page"].visits == [gone]


def test_two_people_of_one_phone_are_suggested_no_more(salon: Project, browser: Browser) -> None:
    a, b, c = (make_client(salon, name=name, phone="+380501234567") for name in "ABC")

    def suggested() -> list[list[str]]:
        groups = browser.get(at_desk(salon, "clients-alike")).context["page"].groups
        return [[client.name for client in group.clients] for group in groups]

    assert suggested() == [["A", "B", "C"]]
    answer = browser.post(at_desk(salon, "client-apart", b.pk, a.pk))
    assert "two people" in answer["HX-Trigger"]
    assert suggested() == [["A", "C"], ["B", "C"]]
    card = browser.get(at_desk(salon, "client", a.pk)).content.decode()
    assert at_desk(salon, "client-merge-with", a.pk, c.pk) in card
    assert at_desk(salon, "client-merge-with", a.pk, b.pk) not in card
    browser.post(at_desk(salon, "client-apart", a.pk, c.pk))
    browser.post(at_desk(salon, "client-apart", b.pk, c.pk))
    assert suggested() == []
    assert "These may be the same person" not in browser.get(at_desk(salon, "client", a.pk)).content.decode()


def test_first_names_that_many_share_hide_no_duplicate_and_the_rest_is_a_page_on(
    salon: Project, browser: Browser
) -> None:
    for number in range(40):
        for _ in range(2):
            make_client(salon, name=f"Olena{number}")
            make_client(salon, name=f"Maria Number{number}")
    first = browser.get(at_desk(salon, "clients-alike")).context["page"]
    second = browser.get(at_desk(salon, "clients-alike"), {"after": first.further}).context["page"]
    found = [group.clients[0].name for group in [*first.groups, *second.groups]]
    assert (len(first.groups), second.further) == (30, "")
    assert sorted(found) == sorted(f"Maria Number{number}" for number in range(40))


def whole(browser: Browser, address: str) -> str:
    """A page that is sent while it is read."""
    return b"".join(browser.get(address).streaming_content).decode()  # type: ignore[attr-defined]


def test_the_owner_takes_everything_along_or_has_it_forgotten(salon: Project, browser: Browser) -> None:
    client = make_client(salon, name="Олена", phone="+380501234567")
    given = json.loads(whole(browser, at_desk(salon, "client-export", client.pk)))
    assert given["client"]["name"] == "Олена"
    assert "search_keys" not in given["client"]
    address = at_desk(salon, "client-forget", client.pk)
    assert browser.post(address, {"word": "yes"}).status_code == 422
    client.refresh_from_db()
    assert client.name == "Олена"
    assert browser.post(address, {"word": "Forget"}).status_code == 204
    client.refresh_from_db()
    assert (client.name, client.phone) == ("", "")


@pytest.mark.parametrize("name", ["client-export", "client-record", "client-forget"])
def test_a_manager_gives_out_and_forgets_nobody(salon: Project, name: str) -> None:
    client = make_client(salon)
    manager = signed_in(make_colleague(salon, Role.STAFF))
    assert manager.get(at_desk(salon, name, client.pk)).status_code == 403
    assert manager.get(at_desk(salon, "client", client.pk)).status_code == 200
    page = manager.get(at_desk(salon, "client", client.pk)).content.decode()
    assert at_desk(salon, name, client.pk) not in page


def test_another_salons_client_is_neither_found_nor_merged(salon: Project, browser: Browser) -> None:
    mine = make_client(salon, contact_id="")
    foreign = make_client(make_project(), name="Foreign", phone="+380501234567", contact_id="")
    assert "Foreign" not in browser.get(
        at_desk(salon, "clients-found"), {"q": "for 4567"}
    ).content.decode().replace("for 4567", "")
    address = at_desk(salon, "client-merge-with", mine.pk, foreign.pk)
    assert browser.post(address, {}).status_code == 404
