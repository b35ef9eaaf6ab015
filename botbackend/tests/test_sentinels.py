"""Behind Redis Sentinels both clients of ours find the master, its password and its database."""

from collections.abc import Iterator
from pathlib import Path

import django_rq
import pytest
import redis
from pytest_django import Settings
from redis.sentinel import Sentinel

from botbackend.lib.redis_client import redis_client
from botbackend.lib.redis_settings import connection_settings
from botbackend.workshop.launcher.server_process import Server
from botbackend.workshop.launcher.servers import EmbeddedRedis

NAME = "salons"


class _Guard(Server):
    """A sentinel that watches one master."""

    name = "sentinel"
    guard_signal = 15

    def __init__(self, directory: Path, master: EmbeddedRedis) -> None:
        super().__init__(directory)
        self.master = master

    def _prepare(self) -> None:
        port, password = self.master.port, self.master.url.split(":")[2].partition("@")[0]
        lines = [f"port {self.port or 0}", "bind 127.0.0.1", f'dir "{self.directory}"']
        lines += [f"sentinel monitor {NAME} 127.0.0.1 {port} 1", f"sentinel auth-pass {NAME} {password}"]
        (self.directory / "sentinel.conf").write_text("\n".join(lines) + "\n")

    def _command(self) -> list[str]:
        program = self.master._command()[0]
        return [program, str(self.directory / "sentinel.conf"), "--port", str(self.port), "--sentinel"]

    def _answers(self) -> bool:
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        found = Sentinel([("127.0.0.1", self.port)], sentinel_kwargs=limits)  # type: ignore[no-untyped-call]
        try:
            return bool(found.discover_master(NAME))  # type: ignore[no-untyped-call]
        except redis.RedisError:  # not listening yet, or it has not met the master
            return False


@pytest.fixture
def guarded(tmp_path: Path, settings: Settings) -> Iterator[redis.Redis]:
    """Settings with a sentinel; yields a client that goes to the master's database 3 without it."""
    master = EmbeddedRedis(tmp_path / "redis", fast=True)
    with master, _Guard(tmp_path / "guard", master) as guard:
        password = master.url.split(":")[2].partition("@")[0]
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
