"""What somebody else did while a form was open is seen under the lock, and told."""

import pytest
from django.urls import reverse

from bookings.models import Client
from bookings.operations import merge_clients
from bookings.tests.factories import STAFF, make_client, make_project
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff.colleagues import remove_colleague
from botbackend.tests.test_admin_together import meanwhile
from projects.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_is_merged_while_an_owner_forgets_her_is_not_told_to_be_forgotten() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    gone, kept = make_client(salon, name="Olena", phone="+380671234567"), make_client(salon, name="Lena")
    Client.objects.filter(pk=gone.pk).update(contact_id="")

    def merge() -> None:
        pair = (gone.pk, kept.pk)
        merge_clients(project=salon, client_ids=pair, name_of=gone.pk, phone_of=gone.pk, origin=STAFF)

    address = reverse("office:client-forget", args=[salon.slug, gone.pk])
    answer = meanwhile(merge, lambda: browser.post(address, {"word": "forget"}))
    assert (answer.status_code, "There is no such client any more." in answer.content.decode()) == (422, True)
    kept.refresh_from_db()
    assert (kept.name, kept.phone) == ("Olena", "+380671234567")


def test_a_colleague_who_is_removed_meanwhile_does_not_come_back_with_another_role() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    member = Membership.objects.get(project=salon, user=make_colleague(salon, Role.STAFF))
    address = reverse("office:settings-member", args=[salon.slug, member.pk])
    answer = meanwhile(
        lambda: remove_colleague(membership=member), lambda: browser.post(address, {"role": "owner"})
    )
    assert (answer.status_code, "somebody removed it meanwhile" in answer.content.decode()) == (422, True)
    assert not Membership.objects.filter(project=salon, user=member.user).exists()
