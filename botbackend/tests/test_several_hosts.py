"""An address with several hosts of PostgreSQL: who answered last comes first, and silence has an end."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connections
from pytest_django import Settings

from botbackend.health.pooling import _connect
from botbackend.lib.postgres import hosts
from botbackend.lib.postgres.configuration import SILENCE, databases
from botbackend.lib.postgres.hosts import FollowingConnection, last_first
from botbackend.outbox.processes.worker import use_pool
from botbackend.outbox.tests.processes import database_url
from botbackend.workshop.launcher.ports import free_port

ASKED = ("host", "port")


def configured(url: str) -> dict[str, Any]:
    return databases(url=url, direct_url="", replica_url="", prepares=True, max_age=0)["default"]


def order(parameters: dict[str, Any]) -> tuple[str, str]:
    found = last_first(parameters)
    return str(found["host"]), str(found["port"])


@pytest.fixture(autouse=True)
def nobody_answered_yet() -> Iterator[None]:
    hosts._answered.clear()
    yield
    hosts._answered.clear()


@pytest.fixture
def twice() -> dict[str, Any]:
    """Parameters of the test's database, behind a host on which nobody listens."""
    url, dead = urlsplit(database_url()), free_port()
    known = {"user": url.username, "password": url.password, "dbname": url.path.strip("/")}
    return {**known, "host": "127.0.0.1,127.0.0.1", "port": f"{dead},{url.port}"}


def test_the_host_that_answered_last_is_asked_first_from_then_on(twice: dict[str, Any]) -> None:
    dead, alive = twice["port"].split(",")
    assert order(twice)[1] == f"{dead},{alive}"
    FollowingConnection.connect(**twice).close()
    assert order(twice)[1] == f"{alive},{dead}"
    # What is wanted of it counts: a replica that answered is no primary.
    assert order({**twice, "target_session_attrs": "read-write"})[1] == f"{dead},{alive}"


def test_one_host_is_left_as_it_is(twice: dict[str, Any]) -> None:
    one = {**twice, "host": "127.0.0.1", "port": "5432"}
    assert last_first(one) == one


def test_hosts_that_share_a_port_keep_it(twice: dict[str, Any]) -> None:
    assert order({**twice, "host": "a,b", "port": "6432"}) == ("a,b", "6432,6432")
    assert order({"host": "a,b"}) == ("a,b", ",") if "port" in last_first({"host": "a,b"}) else True


@pytest.mark.django_db(transaction=True)
def test_django_remembers_the_host_as_well(twice: dict[str, Any]) -> None:
    wrapper = connections["default"].copy()
    known = {**wrapper.settings_dict, "HOST": twice["host"], "PORT": twice["port"]}
    wrapper.settings_dict = known
    wrapper.connect()
    wrapper.close()
    assert wrapper.get_connection_params()["port"] == order(twice)[1]
    assert order(twice)[1].startswith(twice["port"].split(",")[1])


def test_workers_pools_follow_too(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, Any] = {"OPTIONS": {}, "CONN_MAX_AGE": 600}
    monkeypatch.setitem(connections.settings, "default", settings)
    use_pool(3)
    assert settings["OPTIONS"]["pool"]["connection_class"] is FollowingConnection


@pytest.mark.django_db(transaction=True)
def test_a_host_that_says_nothing_is_given_up_soon() -> None:
    connections["default"].ensure_connection()
    with socket.socket(fileno=socket.dup(connections["default"].connection.fileno())) as line:
        told = {
            "tcp_user_timeout": line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
            "keepalives_idle": line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            "keepalives_interval": line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            "keepalives_count": line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
        }
    assert told == SILENCE


def test_the_operators_own_patience_comes_first() -> None:
    options = configured("postgresql://u:p@a,b/c?tcp_user_timeout=30000")["OPTIONS"]
    assert int(options["tcp_user_timeout"]) == 30_000
    assert options["keepalives_idle"] == SILENCE["keepalives_idle"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("a/c", False),
        ("a,b/c", True),
        ("a,b/c?target_session_attrs=any", True),
        ("a,b/c?target_session_attrs=read-write", False),
    ],
)
def test_several_hosts_have_to_say_which_is_wanted(
    address: str, is_refused: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", configured(f"postgresql://u:p@{address}"))
    found = [message.id for message in run_checks()]
    assert ("botbackend.E009" in found) is is_refused


@pytest.mark.django_db(transaction=True)
def test_the_doctor_looks_at_the_host_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connections["default"].settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "target_session_attrs", "standby")
    with pytest.raises(psycopg.OperationalError):
        _connect("default")
