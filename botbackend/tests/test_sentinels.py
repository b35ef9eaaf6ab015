"""Behind Redis Sentinels both clients of ours find the master, its password and its database."""

import socket
from collections.abc import Iterator
from pathlib import Path

import django_rq
import pytest
import redis
from pytest_django import Settings

from botbackend.lib.redis_client import redis_client
from botbackend.lib.redis_settings import connection_settings
from botbackend.workshop.launcher.replicas import Sentinel
from botbackend.workshop.launcher.servers import EmbeddedRedis

NAME = "salons"


@pytest.fixture
def guarded(tmp_path: Path, settings: Settings) -> Iterator[redis.Redis]:
    """Settings with a sentinel; yields a client that goes to the master's database 3 without it."""
    master = EmbeddedRedis(tmp_path / "redis", fast=True)
    with master, Sentinel(tmp_path / "guard", master, known_as=NAME) as guard:
        password = master.password()
        settings.REDIS_SENTINELS = [f"127.0.0.1:{guard.port}"]
        settings.REDIS_URL = f"redis://:{password}@{NAME}/3"
        found = connection_settings(settings.REDIS_URL, settings.REDIS_SENTINELS, 2.0)
        settings.RQ_QUEUES = dict.fromkeys(settings.QUEUES, found)
        with redis.Redis(port=master.port or 0, db=3, password=password) as direct:
            yield direct


def test_both_clients_find_the_master_behind_a_sentinel(guarded: redis.Redis) -> None:
    guarded.set("here", "yes")
    for client in (redis_client(timeout=2.0), django_rq.get_connection("turns")):
        assert client.get("here") == b"yes"
        client.close()


def test_a_sentinel_that_says_nothing_is_asked_once(guarded: redis.Redis, settings: Settings) -> None:
    guarded.set("here", "yes")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        names = [f"127.0.0.1:{silent.getsockname()[1]}", *settings.REDIS_SENTINELS]
        found = connection_settings(settings.REDIS_URL, names, 0.2)
        settings.RQ_QUEUES = dict.fromkeys(settings.QUEUES, found)
        client = django_rq.get_connection("turns")
        assert client.get("here") == b"yes"
        client.close()
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
