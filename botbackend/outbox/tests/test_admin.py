"""Retrying and dropping in the admin, and who may open the pages of RQ."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from botbackend.outbox import api, outcomes
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.outbox.tests.factories import claim_one, make_handler
from projects.access import grant_membership
from projects.models import Membership, Project

pytestmark = pytest.mark.django_db
URL = "/admin/outbox/task/"


def make_user(project: Project, role: Membership.Role) -> User:
    user = User.objects.create_user("pat", password="x", is_staff=True)
    grant_membership(project=project, user=user, role=role)
    return User.objects.get(pk=user.pk)


def make_dead_task(project: Project, key: str = "7") -> Task:
    api.put("thing.done", key=key, project=project)
    claim = claim_one()
    outcomes.bury(claim, "the bot was deleted")
    return Task.objects.get(pk=claim.task_id)


def act(client: Client, action: str, *tasks: Task) -> None:
    response = client.post(URL, {"action": action, "_selected_action": [task.pk for task in tasks]})
    assert response.status_code == 302, response.content.decode()[:500]


@pytest.fixture
def project() -> Project:
    return Project.objects.create(slug="aurora", name="Aurora")


def test_an_owner_retries_a_dead_task(client: Client, project: Project) -> None:
    seen = make_handler()
    task = make_dead_task(project)
    client.force_login(make_user(project, Membership.Role.OWNER))
    assert b"the bot was deleted" in client.get(URL).content
    act(client, "retry", task)
    assert run_due() == 1
    assert [claim.attempts for claim in seen] == [1]
    assert LogEntry.objects.get().object_id == str(task.pk)


def test_a_retry_merges_with_a_newer_task_of_its_key(client: Client, project: Project) -> None:
    make_handler()
    task = make_dead_task(project)
    api.put("thing.done", key="7", project=project)
    client.force_login(make_user(project, Membership.Role.OWNER))
    act(client, "retry", task)
    assert Task.objects.get().pk != task.pk


def test_an_owner_drops_a_dead_task_but_no_living_one(client: Client, project: Project) -> None:
    make_handler()
    dead = make_dead_task(project)
    api.put("thing.done", key="8", project=project)
    living = Task.objects.get(key="8")
    client.force_login(make_user(project, Membership.Role.OWNER))
    act(client, "drop", dead, living)
    assert list(Task.objects.all()) == [living]


def test_an_owner_reaches_no_task_of_another_salon(client: Client, project: Project) -> None:
    make_handler()
    theirs = make_dead_task(Project.objects.create(slug="other", name="Other"))
    client.force_login(make_user(project, Membership.Role.OWNER))
    assert b"the bot was deleted" not in client.get(URL).content
    client.post(URL, {"action": "drop", "_selected_action": [theirs.pk]})
    assert Task.objects.filter(pk=theirs.pk).exists()


def test_staff_have_no_business_here(client: Client, project: Project) -> None:
    make_handler()
    make_dead_task(project)
    client.force_login(make_user(project, Membership.Role.STAFF))
    assert client.get(URL).status_code == 403


PAGES = ["home", "home_json", "dashboard_changelist", "jobs", "failed_jobs", "workers"]


def page_of_rq(name: str) -> str:
    args = [0] if name in {"jobs", "failed_jobs", "workers"} else []
    return str(reverse(f"admin:django_rq_{name}", args=args))


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_rq_are_open_to_superusers(name: str, admin_client: Client) -> None:
    assert admin_client.get(page_of_rq(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_rq_are_closed_to_everybody_else(name: str, client: Client) -> None:
    assert client.get(page_of_rq(name)).status_code == 302  # to the login
    staff = User.objects.create_user("olena", is_staff=True)
    client.force_login(staff)
    assert client.get(page_of_rq(name)).status_code == 403
    assert "Django-RQ" not in client.get(reverse("office:technical")).content.decode()


def test_the_admin_leads_superusers_to_the_pages_of_rq(admin_client: Client) -> None:
    assert page_of_rq("home") in admin_client.get(reverse("office:technical")).content.decode()
