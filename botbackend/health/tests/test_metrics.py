"""/metrics: for whom, and what."""

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.tests.planting import plant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "headers", "code"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.1", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 401),
        ("192.0.2.1", {"Authorization": "Bearer wrong"}, 401),
        ("192.0.2.1", {"Authorization": "Bearer m-token"}, 200),
    ],
)
def test_loopback_and_the_token_may_read(
    client: Client, settings: Settings, address: str, headers: dict[str, str], code: int
) -> None:
    settings.METRICS_TOKEN = "m-token"
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == code


def test_without_a_token_configured_no_token_is_right(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    answer = client.get("/metrics", REMOTE_ADDR="192.0.2.1", headers={"Authorization": "Bearer "})
    assert answer.status_code == 401


def test_it_tells_what_waits_and_what_was_given_up(client: Client) -> None:
    plant("somebody")
    Task.objects.create(
        topic="sheet", handler="sheet", queue="sheets", key="1", due_at=timezone.now(), state="dead"
    )
    families = {
        family.name: family
        for family in text_string_to_metric_families(client.get("/metrics").content.decode())
    }
    dead = {
        sample.labels["queue"]: sample.value
        for sample in families["botbackend_tasks"].samples
        if sample.labels["state"] == "dead"
    }
    assert dead["sheets"] == 1
    assert families["botbackend_claude_keys"].samples
    assert families["botbackend_turns_last_hour"].samples[0].value == 1


def test_it_names_no_client(client: Client) -> None:
    plant("mentioned")
    # Topics and queues are ours; in planted rows they carry the marker, nothing else may.
    lines = client.get("/metrics").content.decode().splitlines()
    ours = ("topic=", "kind=", "queue=")
    assert not [line for line in lines if "mentioned" in line and not any(label in line for label in ours)]
