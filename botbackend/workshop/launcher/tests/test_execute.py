"""`exec -- CMD` as a real process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from botbackend.workshop.launcher.ports import port_is_free
from botbackend.workshop.launcher.processes import wait_until, wait_until_gone
from botbackend.workshop.launcher.run_directory import VAR
from botbackend.workshop.launcher.tests.factories import WAIT_SECONDS, Launch, read_line

EXEC = ("-m", "botbackend.workshop.launcher", "exec", "--fast", "--")
URLS = ("DATABASE_URL", "REDIS_URL")
TELL = """
import json, os, signal, sys
names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ENV_FILE")
print(json.dumps({"pid": os.getpid(), **{name: os.environ.get(name) for name in names}}), flush=True)
"""
WAIT = (
    TELL
    + """
signal.signal(signal.SIGTERM, lambda *_: os._exit(5))
print("waiting", flush=True)
signal.pause()
"""
)
ELSEWHERE = {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere:1/0"}


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def run_directory(process: subprocess.Popen[str]) -> Path:
    return VAR / f"run-{process.pid}"


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and last line of the output."""
    output, _ = process.communicate(timeout=60)
    return process.returncode, output.strip().rpartition("\n")[2]


def test_it_returns_the_exit_code_of_the_command(launch: Launch) -> None:
    assert finish(launch(*EXEC, "sh", "-c", "exit 7", variables=ELSEWHERE))[0] == 7


def test_it_returns_128_and_the_number_of_the_signal_that_ended_the_command(launch: Launch) -> None:
    assert finish(launch(*EXEC, "sh", "-c", "kill -KILL $$", variables=ELSEWHERE))[0] == 128 + signal.SIGKILL


def test_it_says_when_there_is_no_such_command(launch: Launch) -> None:
    process = launch(*EXEC, "no-such-program", variables=ELSEWHERE)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 127
    assert "no-such-program" in errors


def test_it_leaves_urls_and_secrets_alone_that_are_set(launch: Launch) -> None:
    given = {**ELSEWHERE, "SECRET_KEY": "mine", "FIELD_ENCRYPTION_KEYS": "mine too", "ENV_FILE": "my.env"}
    code, line = finish(launch(*EXEC, sys.executable, "-c", TELL, variables=given))
    told = json.loads(line)
    del told["pid"]
    assert (code, told) == (0, given)


def test_it_starts_both_servers_and_makes_up_secrets(launch: Launch) -> None:
    script = (
        "import os, psycopg, redis\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c: assert c.execute('SELECT 1').fetchone()\n"
        "with redis.Redis.from_url(os.environ['REDIS_URL']) as r: assert r.ping()\n"
    )
    unset = (*URLS, "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ENV_FILE")
    code, line = finish(launch(*EXEC, sys.executable, "-c", script + TELL, unset=unset))
    told = json.loads(line)
    assert code == 0
    assert len(told["SECRET_KEY"]) >= 50
    assert len(told["FIELD_ENCRYPTION_KEYS"]) == 44
    assert told["ENV_FILE"] == os.devnull
    assert port_is_free(port_of(told["DATABASE_URL"]))
    assert port_is_free(port_of(told["REDIS_URL"]))


def test_two_at_once_have_servers_of_their_own(launch: Launch) -> None:
    first, second = (launch(*EXEC, sys.executable, "-c", WAIT, unset=("REDIS_URL",)) for _ in range(2))
    told = [json.loads(read_line(process)) for process in (first, second)]
    assert told[0]["REDIS_URL"] != told[1]["REDIS_URL"]
    assert told[0]["SECRET_KEY"] == told[1]["SECRET_KEY"] == os.environ["SECRET_KEY"]
    for process in (first, second):
        assert read_line(process) == "waiting"
        process.terminate()
        assert finish(process)[0] == 5


def test_it_passes_sigterm_on_and_stops_its_servers(launch: Launch) -> None:
    process = launch(*EXEC, sys.executable, "-c", WAIT, unset=("REDIS_URL",))
    told = json.loads(read_line(process))
    assert read_line(process) == "waiting"
    process.terminate()
    assert finish(process)[0] == 5
    assert port_is_free(port_of(told["REDIS_URL"]))
    assert not run_directory(process).exists()


def test_killed_it_leaves_neither_command_nor_server(launch: Launch) -> None:
    process = launch(*EXEC, sys.executable, "-c", WAIT, unset=("REDIS_URL",))
    told = json.loads(read_line(process))
    process.kill()
    assert wait_until_gone([told["pid"]], WAIT_SECONDS)
    assert wait_until(lambda: port_is_free(port_of(told["REDIS_URL"])), WAIT_SECONDS)


def test_the_next_one_sweeps_up_the_directory_of_a_killed_one(launch: Launch) -> None:
    killed = launch(*EXEC, sys.executable, "-c", WAIT, unset=("REDIS_URL",))
    told = json.loads(read_line(killed))
    killed.kill()
    assert wait_until(lambda: port_is_free(port_of(told["REDIS_URL"])), WAIT_SECONDS)
    assert run_directory(killed).exists()

    def swept() -> bool:
        assert finish(launch(*EXEC, "true", variables=ELSEWHERE))[0] == 0
        return not run_directory(killed).exists()

    # The guard holds the directory until it has seen everything end, which may take it one more look.
    assert wait_until(swept, WAIT_SECONDS)
