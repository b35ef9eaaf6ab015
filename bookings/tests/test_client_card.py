"""What people at the desk do to a client's card."""

import pytest

from bookings.errors import ClientChanged, ClientNotFound, InvalidRequest
from bookings.models import ClientEvent
from bookings.operations import add_client, edit_client, set_blocked, shown_mark
from bookings.tests.factories import STAFF, make_client, make_project
from botbackend.lib.phones import InvalidPhone

pytestmark = pytest.mark.django_db


def test_a_client_is_added_with_a_phone_as_people_write_it() -> None:
    client = add_client(
        project=make_project(), origin=STAFF, name=" Олена ", phone="050 123 45 67", notes="чай "
    )
    client.refresh_from_db()
    assert (client.name, client.phone, client.notes) == ("Олена", "+380501234567", "чай")
    assert list(client.events.values_list("action", "source")) == [("created", STAFF.source)]


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "name"), ({"name": "A", "phone": "12"}, "phone"), ({"name": "A", "language": "xx"}, "language")],
)
def test_a_mistake_is_named_at_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises((InvalidRequest, InvalidPhone)) as refused:
        add_client(project=make_project(), origin=STAFF, **given)
    assert list(refused.value.fields) == [field]


def test_a_change_leaves_an_audit_line_with_before_and_after() -> None:
    client = make_client(make_project(), name="Olena", phone="+380501234567")
    edit_client(
        project=client.project, client_id=client.pk, origin=STAFF, given={"name": "Олена", "notes": "x"}
    )
    event = ClientEvent.objects.get(client=client)
    assert (event.before, event.after) == ({"name": "Olena", "notes": ""}, {"name": "Олена", "notes": "x"})


def test_a_form_that_shows_what_is_no_more_is_told() -> None:
    client = make_client(make_project(), name="Olena")
    seen = shown_mark(client, ["name"])
    edit_client(project=client.project, client_id=client.pk, origin=STAFF, given={"name": "Ola"}, seen=seen)
    with pytest.raises(ClientChanged):
        edit_client(
            project=client.project, client_id=client.pk, origin=STAFF, given={"name": "Oli"}, seen=seen
        )
    client.refresh_from_db()
    assert client.name == "Ola"


def test_a_phone_of_before_that_nobody_can_dial_may_stay() -> None:
    client = make_client(make_project(), name="Olena", phone="12")
    edit_client(
        project=client.project, client_id=client.pk, origin=STAFF, given={"name": "Ola", "phone": "12"}
    )


def test_a_client_is_blocked_once_and_let_in_again() -> None:
    client = make_client(make_project())
    for blocked in (True, True, False):
        row = set_blocked(project=client.project, client_id=client.pk, origin=STAFF, blocked=blocked)
        assert row.is_blocked == blocked
    assert list(client.events.order_by("pk").values_list("action", flat=True)) == ["blocked", "unblocked"]


def test_another_salons_client_is_not_there() -> None:
    client = make_client(make_project())
    with pytest.raises(ClientNotFound):
        set_blocked(project=make_project(), client_id=client.pk, origin=STAFF, blocked=True)
