"""Ceilings per key and per address, with and without Redis."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from projects import throttles
from projects.tests.factories import bearer, make_key, make_project
from projects.throttles import client_address, seconds_to_wait

pytestmark = [pytest.mark.django_db, pytest.mark.urls("projects.tests.probe_urls")]


@pytest.fixture(autouse=True)
def _closed_circuit() -> None:
    throttles._redis_again_at = 0.0


def test_a_key_over_its_ceiling_is_told_when_to_come_back(client: Client, settings: Settings) -> None:
    settings.API_KEY_REQUESTS_PER_MINUTE = 3
    project = make_project()
    headers = bearer(make_key(project))
    answers = [client.get(f"/projects/{project.slug}/probe", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["error"]["code"] == "throttled"


def test_wrong_keys_are_held_back_without_shutting_out_the_right_one(
    client: Client, settings: Settings
) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 2
    project = make_project()
    url = f"/projects/{project.slug}/probe"
    codes = [client.get(url, headers=bearer("wrong")).status_code for _ in range(4)]
    assert codes == [401, 401, 429, 429]
    assert client.get(url, headers=bearer(make_key(project))).status_code == 200


def test_another_address_has_its_own_ceiling(client: Client, settings: Settings) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 1
    for address in ("192.0.2.1", "192.0.2.2"):
        assert client.get("/projects/a/probe", REMOTE_ADDR=address).status_code == 401
    assert client.get("/projects/a/probe", REMOTE_ADDR="192.0.2.1").status_code == 429


def test_a_forged_forwarding_header_buys_nothing_without_a_proxy(client: Client, settings: Settings) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 1
    client.get("/projects/a/probe", headers={"X-Forwarded-For": "192.0.2.1"})
    answer = client.get("/projects/a/probe", headers={"X-Forwarded-For": "192.0.2.2"})
    assert answer.status_code == 429


def test_the_window_is_shared_through_redis() -> None:
    assert seconds_to_wait("shared", limit=1) == 0.0
    throttles._local._hits.clear()
    assert 0 < seconds_to_wait("shared", limit=1) <= throttles.WINDOW_SECONDS


def test_without_redis_the_process_counts_alone(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert seconds_to_wait("alone", limit=1) == 0.0
    assert seconds_to_wait("alone", limit=1) > 0


def test_a_moment_without_redis_gives_no_attempts_anew(settings: Settings) -> None:
    there = settings.REDIS_URL
    assert [seconds_to_wait("guess", limit=4) for _ in range(3)] == [0.0] * 3
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert seconds_to_wait("guess", limit=4) == 0.0
    assert 0 < seconds_to_wait("guess", limit=4) <= throttles.WINDOW_SECONDS
    settings.REDIS_URL = there
    throttles._redis_again_at = 0.0
    assert 0 < seconds_to_wait("guess", limit=4) <= throttles.WINDOW_SECONDS


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("::FFFF:C633:6407", "198.51.100.7"),
        ("0:0:0:0:0:ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_an_address_is_counted_as_who_it_is(settings: Settings, peer: str, counted: str) -> None:
    asked = RequestFactory()
    assert client_address(asked.get("/", REMOTE_ADDR=peer)) == counted
    settings.BEHIND_PROXY = True
    behind = asked.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": f"203.0.113.9, {peer}"})
    assert client_address(behind) == counted
