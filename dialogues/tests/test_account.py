"""What all workers share: the account's send limit and its token, from threads with their own connections."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection
from pytest_django import Settings

from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import SendPulseAccount
from dialogues.sendpulse.account import BusyError
from dialogues.sendpulse.client import SendPulse
from dialogues.sendpulse.outcomes import Fate
from dialogues.tests.factories import make_project
from projects.models import Project

Result = TypeVar("Result")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    return make_project()


def at_once(count: int, body: Callable[[], Result]) -> list[Result]:
    """Run `body` in so many threads, each with a connection of its own."""

    def one() -> Result:
        try:
            return body()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(count)]]


def test_workers_together_stay_below_the_limit_of_the_account(
    project: Project, sendpulse: SendPulseStandIn, settings: Settings
) -> None:
    settings.SENDPULSE_PER_SECOND, sendpulse.per_second = 10, 10
    contact_id = sendpulse.people.client_says({"contact": "olena", "text": "hi"})["contact_id"]

    def send_five() -> list[Fate]:
        return [SendPulse(project).send_text(contact_id, "Reply").fate for _ in range(5)]

    began = time.monotonic()
    fates = [fate for found in at_once(5, send_five) for fate in found]
    sent = sendpulse.log.find(path="/telegram/contacts/send$")
    assert [record.status for record in sent] == [200] * 25
    assert fates == [Fate.SENT] * 25
    assert time.monotonic() - began > 2.3


def test_a_call_that_would_wait_too_long_for_its_place_is_put_off_unsent(
    project: Project, sendpulse: SendPulseStandIn
) -> None:
    client = SendPulse(project)
    client._account.hold_back(60)
    assert client.send_text("anybody", "Reply").fate is Fate.THROTTLED
    with pytest.raises(BusyError):
        client._account.take_place()
    assert sendpulse.log.find(path="/telegram/contacts/send$") == []


def test_the_typing_sign_never_waits_for_a_place(project: Project, sendpulse: SendPulseStandIn) -> None:
    client = SendPulse(project)
    client._account.hold_back(1)
    began = time.monotonic()
    assert client.show_typing("anybody").fate is Fate.THROTTLED
    assert time.monotonic() - began < 0.5


def test_many_workers_without_a_token_fetch_one(project: Project, sendpulse: SendPulseStandIn) -> None:
    sendpulse.faults.set([{"kind": "delay", "seconds": 0.3, "match": {"path": "oauth"}}])
    tokens = at_once(6, lambda: SendPulse(project)._account.bearer())
    assert len(set(tokens)) == 1
    assert len(sendpulse.log.find(path="/oauth/access_token")) == 1
    assert SendPulseAccount.objects.count() == 1


def test_salons_with_one_account_share_its_limit_and_others_do_not(sendpulse: SendPulseStandIn) -> None:
    sendpulse.clients["other"] = "secret"
    for values in ({}, {}, {"sendpulse_client_id": "other", "sendpulse_client_secret": "secret"}):
        SendPulse(make_project(sendpulse_bot_id="", **values))
    assert SendPulseAccount.objects.count() == 2


def test_whoever_waits_for_token_or_place_holds_no_connection(
    project: Project, sendpulse: SendPulseStandIn
) -> None:
    held: list[int] = []

    def count_idle() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
            )
            held.append(cursor.fetchone()[0])

    sendpulse.faults.set([{"kind": "delay", "seconds": 1.0, "match": {"path": "oauth"}}])
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(_token_of, project) for _ in range(8)]
        while not all(future.done() for future in waiting):
            count_idle()
    assert len({future.result() for future in waiting}) == 1
    assert statistics.median(held) <= 2


def _token_of(project: Project) -> str:
    try:
        return SendPulse(project)._account.bearer()
    finally:
        connection.close()
