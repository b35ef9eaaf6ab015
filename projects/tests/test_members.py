"""A salon never loses its last owner, whichever page is used."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from projects.access import LastOwner, grant_membership, revoke_membership, sync_groups
from projects.models import Membership, Project
from projects.tests.factories import make_project, make_staff

pytestmark = pytest.mark.django_db
OWNER, STAFF = Membership.Role.OWNER, Membership.Role.STAFF


def make_owner(project: Project) -> User:
    user = make_staff(project, role=OWNER)
    sync_groups(user=user)
    return user


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_the_last_owner_can_neither_leave_nor_become_staff() -> None:
    project = make_project()
    owner = make_owner(project)
    mine = Membership.objects.get(user=owner)
    with pytest.raises(LastOwner):
        revoke_membership(membership=mine)
    with pytest.raises(LastOwner):
        grant_membership(project=project, user=owner, role=STAFF)
    assert Membership.objects.get(user=owner).role == OWNER


def test_an_owner_may_leave_when_another_stays() -> None:
    project = make_project()
    owner, other = make_owner(project), make_owner(project)
    revoke_membership(membership=Membership.objects.get(user=owner))
    assert list(Membership.objects.filter(project=project).values_list("user", flat=True)) == [other.pk]
    assert not owner.groups.filter(name="Owner").exists()


def test_an_owner_who_may_not_sign_in_does_not_count() -> None:
    project = make_project()
    owner = make_owner(project)
    make_staff(project, role=OWNER, is_active=False)
    with pytest.raises(LastOwner):
        revoke_membership(membership=Membership.objects.get(user=owner))


def test_no_page_takes_the_last_ownership() -> None:
    project = make_project()
    owner = make_owner(project)
    mine = Membership.objects.get(user=owner)
    page = f"/admin/projects/membership/{mine.pk}/"
    refused = browser_of(owner).post(f"{page}change/", {"role": "staff"})
    assert "last owner" in refused.content.decode()
    for url, body in (
        (f"{page}delete/", {"post": "yes"}),
        (
            "/admin/projects/membership/",
            {"action": "delete_selected", "_selected_action": [mine.pk], "post": "yes"},
        ),
    ):
        answer = browser_of(owner).post(url, body, follow=True)
        assert "last owner" in answer.content.decode()
        assert "successfully" not in answer.content.decode().lower()
    assert Membership.objects.get(pk=mine.pk).role == OWNER


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_take_the_rights_from_each_other_at_once() -> None:
    project = make_project()
    people = [make_owner(project), make_owner(project)]
    start = threading.Barrier(2)

    def leave(user: User) -> None:
        start.wait(10)
        try:
            revoke_membership(membership=Membership.objects.get(user=user, project=project))
        except LastOwner:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Membership.objects.filter(project=project, role=OWNER).count() == 1
