"""A salon never loses its last owner, whichever page is used."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from projects.access import (
    LastOwner,
    MemberGone,
    change_membership,
    grant_membership,
    revoke_membership,
    sync_groups,
)
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


def test_who_was_removed_meanwhile_does_not_come_back_by_a_change_of_role() -> None:
    project = make_project()
    make_owner(project)
    membership = grant_membership(project=project, user=make_staff(), role=Membership.Role.STAFF)
    revoke_membership(membership=Membership.objects.get(pk=membership.pk))
    for role in Membership.Role:
        with pytest.raises(MemberGone):
            change_membership(membership=membership, role=role)
    assert Membership.objects.filter(project=project).count() == 1


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


def account_of(user: User) -> dict[str, Any]:
    values = {"username": user.username, "is_active": "on", "is_staff": "on"}
    values |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return values | {"groups": list(user.groups.values_list("pk", flat=True))}


def without(form: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in names}


@pytest.mark.parametrize("field", ["is_active", "is_staff", "groups"])
def test_the_last_owners_account_cannot_lose_what_an_owner_needs(field: str) -> None:
    project = make_project(name="Salon Mak")
    owner, operator = make_owner(project), browser_of(make_staff(is_superuser=True))
    url = f"/admin/auth/user/{owner.pk}/change/"
    refused = operator.post(url, without(account_of(owner), field))
    assert set(refused.context["adminform"].errors) == {field}
    assert "Salon Mak" in refused.content.decode()

    make_owner(project)
    assert operator.post(url, without(account_of(owner), field)).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_an_owner_without_a_way_in_is_no_other_owner(change: dict[str, Any]) -> None:
    project = make_project()
    owner, other = make_owner(project), make_owner(project)
    User.objects.filter(pk=other.pk).update(**change)
    with pytest.raises(LastOwner):
        revoke_membership(membership=Membership.objects.get(user=owner))


def test_an_account_that_owns_nothing_alone_may_be_closed_and_changed() -> None:
    project = make_project()
    make_owner(project)
    staff, gone = make_staff(project, role=STAFF), make_staff(make_project(), role=OWNER, is_active=False)
    operator = browser_of(make_staff(is_superuser=True))
    for user, names in ((staff, ["is_active"]), (gone, ["is_active", "is_staff"])):
        answer = operator.post(f"/admin/auth/user/{user.pk}/change/", without(account_of(user), *names))
        assert answer.status_code == 302


def test_an_account_is_made_on_its_page() -> None:
    operator = browser_of(make_staff(is_superuser=True))
    form = {"username": "new@example.com", "usable_password": "true"}
    form |= {"password1": "a long sentence 7", "password2": "a long sentence 7"}
    assert operator.get("/admin/auth/user/add/").status_code == 200
    assert operator.post("/admin/auth/user/add/", form).status_code == 302
    again = operator.post("/admin/auth/user/add/", form)
    assert set(again.context["adminform"].errors) == {"username"}


@pytest.mark.parametrize("page", ["delete", "selected"])
def test_the_accounts_of_all_owners_of_a_salon_cannot_be_deleted(page: str) -> None:
    project = make_project(name="Salon Mak")
    owner, other = make_owner(project), make_owner(project)
    operator = browser_of(make_staff(is_superuser=True))

    def delete(*users: User) -> Any:
        if page == "delete":
            return [operator.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}) for user in users][
                -1
            ]
        chosen = {"action": "delete_selected", "_selected_action": [user.pk for user in users], "post": "yes"}
        return operator.post("/admin/auth/user/", chosen)

    assert "Salon Mak would have no owner" in delete(other, owner).content.decode()
    assert project.memberships.filter(user=owner).exists()


def test_the_groups_of_members_are_neither_deleted_nor_renamed() -> None:
    make_owner(make_project())
    operator = browser_of(make_staff(is_superuser=True))
    group = Group.objects.get(name="Owner")
    assert (
        "have their rights"
        in operator.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"}).content.decode()
    )
    operator.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Others"})
    assert Group.objects.filter(name="Owner").exists()


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
