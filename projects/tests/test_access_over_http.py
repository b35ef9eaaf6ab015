"""Who gets in with which key, and what the others are told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from projects.auth import create_api_key, revoke_api_key
from projects.models import ApiKey, Project
from projects.tests.factories import bearer, make_key, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.urls("projects.tests.probe_urls")]


def _get(client: Client, project: Project, key: str, path: str = "probe"):  # type: ignore[no-untyped-def]  # the test client's answer has no public type
    return client.get(f"/projects/{project.slug}/{path}", headers=bearer(key))


def test_it_lets_a_key_into_its_own_project(client: Client) -> None:
    project = make_project()
    answer = _get(client, project, make_key(project))
    assert answer.status_code == 200
    assert answer.json()["project"] == project.slug


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic abc", "Bearer \xff\xfe"])
def test_it_answers_401_and_names_the_scheme_without_a_valid_key(client: Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = client.get(f"/projects/{make_project().slug}/probe", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "unauthorized"


def test_another_salons_key_sees_the_same_404_as_for_a_salon_that_does_not_exist(client: Client) -> None:
    key = make_key(make_project())
    answers = [_get(client, make_project(), key), client.get("/projects/nobody/probe", headers=bearer(key))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_read_key_may_read_and_not_write(client: Client) -> None:
    project = make_project()
    key = make_key(project, ApiKey.Scope.READ)
    assert _get(client, project, key).status_code == 200
    answer = client.post(
        f"/projects/{project.slug}/probe", {}, content_type="application/json", headers=bearer(key)
    )
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "read_only_key"


def test_a_revoked_key_is_no_key(client: Client) -> None:
    project = make_project()
    row, key = create_api_key(project=project)
    revoke_api_key(api_key=row)
    assert _get(client, project, key).status_code == 401


def test_the_key_itself_is_not_stored() -> None:
    row, key = create_api_key(project=make_project())
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=row.pk).values_list()[0])
    assert key not in stored
    assert key.startswith(row.prefix)


def test_the_last_use_is_noted_at_most_once_a_minute(client: Client) -> None:
    project = make_project()
    row, key = create_api_key(project=project)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _get(client, project, key)
        first = ApiKey.objects.get(pk=row.pk).last_used_at
        clock.shift(timedelta(seconds=59))
        _get(client, project, key)
        assert ApiKey.objects.get(pk=row.pk).last_used_at == first
        clock.shift(timedelta(seconds=2))
        _get(client, project, key)
        assert ApiKey.objects.get(pk=row.pk).last_used_at == timezone.now()
