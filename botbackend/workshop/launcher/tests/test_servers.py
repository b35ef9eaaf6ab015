"""The embedded servers: start, stop, kill, come back, and what earlier runs left behind."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
import redis

from botbackend.workshop.launcher.ports import free_port, port_is_free
from botbackend.workshop.launcher.postgres_home import remove_outside_home
from botbackend.workshop.launcher.processes import pid_alive, processes_in, wait_until, wait_until_gone
from botbackend.workshop.launcher.run_directory import RunDirectory
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis, ServerError
from botbackend.workshop.launcher.tests.factories import WAIT_SECONDS, Launch, read_line

OTHER_LAUNCHER = """
import json, os, sys
from pathlib import Path
from botbackend.workshop.launcher.guarding import default_guard
from botbackend.workshop.launcher.servers import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), fast=True)
server.start()
guard = default_guard()._process.pid
print(json.dumps({"pid": server.pid, "port": server.port, "guard": guard}), flush=True)
sys.stdin.read() or __import__("signal").pause()
"""


@pytest.fixture
def postgres(directory: RunDirectory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(directory.path / "postgres", fast=True, guard=directory.guard)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def embedded_redis(directory: RunDirectory) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(directory.path / "redis", guard=directory.guard)
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedPostgres, statement: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def test_it_serves_postgresql_18_with_btree_gist(postgres: EmbeddedPostgres) -> None:
    ask(postgres, "CREATE EXTENSION btree_gist")
    assert str(ask(postgres, "SHOW server_version")).startswith("18.")
    assert int(str(ask(postgres, "SHOW max_connections"))) >= 200


def test_it_lets_nobody_in_without_the_password(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{postgres.port}/postgres")


def test_it_leaves_no_process_and_no_port_when_stopped(postgres: EmbeddedPostgres) -> None:
    with closing(psycopg.connect(postgres.url)) as connection:
        pids = [*processes_in(postgres.data, "postgres")]
        assert len(pids) > 1
        postgres.stop()
        assert connection.closed is False  # a client that hangs on does not keep the server from ending
    assert not any(pid_alive(pid) for pid in pids)
    assert postgres.pid is None
    assert postgres.port is not None
    assert port_is_free(postgres.port)


def test_it_comes_back_on_the_same_port_with_its_data_after_a_kill(postgres: EmbeddedPostgres) -> None:
    ask(postgres, "CREATE TABLE visit AS SELECT 7 AS id")
    port, url = postgres.port, postgres.url
    with closing(psycopg.connect(postgres.url)):
        postgres.kill()
    assert processes_in(postgres.data, "postgres") == []
    postgres.start()
    assert (postgres.port, postgres.url) == (port, url)
    assert ask(postgres, "SELECT id FROM visit") == 7


def test_it_comes_back_after_somebody_else_killed_only_the_postmaster(postgres: EmbeddedPostgres) -> None:
    ask(postgres, "CREATE TABLE visit AS SELECT 8 AS id")
    old = postgres.pid
    assert old is not None
    with closing(psycopg.connect(postgres.url)):
        os.kill(old, signal.SIGKILL)
        assert wait_until(lambda: postgres.pid is None, WAIT_SECONDS)
        postgres.start()
    assert ask(postgres, "SELECT id FROM visit") == 8


def test_it_starts_over_a_stale_pid_file_that_names_a_living_process(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getppid()}\n{postgres.data}\n0\n5432\n\n\n")
    postgres.start()
    assert ask(postgres, "SELECT 1") == 1


def test_two_servers_run_side_by_side(postgres: EmbeddedPostgres, directory: RunDirectory) -> None:
    other = EmbeddedPostgres(directory.path / "other", fast=True, guard=directory.guard)
    with other:
        assert other.port != postgres.port
        ask(other, "CREATE TABLE only_here ()")
        assert ask(postgres, "SELECT to_regclass('only_here')") is None


def test_it_runs_in_a_directory_only_its_owner_can_enter(directory: RunDirectory) -> None:
    closed = directory.path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres", fast=True, guard=directory.guard)
    try:
        with server:
            assert ask(server, "SELECT 1") == 1
            assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        remove_outside_home(server.directory)


def test_it_says_that_the_wanted_port_is_taken(directory: RunDirectory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = EmbeddedRedis(directory.path / "redis", port=port, guard=directory.guard)
        with pytest.raises(ServerError, match=f"port {port}"):
            server.start()
    assert server.pid is None


def test_a_killed_launcher_takes_its_server_with_it(directory: RunDirectory, launch: Launch) -> None:
    process = launch("-c", OTHER_LAUNCHER, str(directory.path / "postgres"))
    told = json.loads(read_line(process))
    assert pid_alive(told["pid"])
    process.kill()
    assert wait_until_gone([told["pid"], told["guard"]], WAIT_SECONDS)
    assert port_is_free(told["port"])


def test_it_ends_a_server_that_launcher_and_guard_left_behind(
    directory: RunDirectory, launch: Launch
) -> None:
    process = launch("-c", OTHER_LAUNCHER, str(directory.path / "postgres"))
    told = json.loads(read_line(process))
    os.kill(told["guard"], signal.SIGKILL)
    process.kill()
    process.wait()
    assert pid_alive(told["pid"])
    with EmbeddedPostgres(directory.path / "postgres", fast=True, guard=directory.guard) as server:
        assert server.pid not in (None, told["pid"])
        assert not pid_alive(told["pid"])


def test_redis_comes_back_on_the_same_port_with_its_data_after_a_stop(embedded_redis: EmbeddedRedis) -> None:
    with closing(redis.Redis.from_url(embedded_redis.url)) as client:
        client.set("wake", "up")
        url, port = embedded_redis.url, embedded_redis.port
        embedded_redis.stop()
        assert port is not None
        assert port_is_free(port)
        embedded_redis.start()
        assert embedded_redis.url == url
        assert client.get("wake") == b"up"


def test_redis_comes_back_on_the_same_port_after_a_kill(embedded_redis: EmbeddedRedis) -> None:
    old, port = embedded_redis.pid, embedded_redis.port
    embedded_redis.kill()
    embedded_redis.start()
    assert embedded_redis.pid not in (None, old)
    assert embedded_redis.port == port
    with closing(redis.Redis.from_url(embedded_redis.url)) as client:
        assert client.ping() is True


def test_a_free_port_lies_below_those_the_kernel_gives_to_clients() -> None:
    assert 15_000 <= free_port() < 30_000
