"""Making backups and proving them, against the database of the tests."""

import io
import itertools
import os
import stat
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from botbackend.backups import drill, jobs, runs
from botbackend.backups.archive import shelf
from botbackend.backups.database import programs
from botbackend.backups.database.server import own_server
from botbackend.backups.database.snapshot import only_one
from botbackend.backups.errors import BackupError, BackupRuns
from botbackend.backups.making import make_backup
from botbackend.backups.models import BackupRun
from botbackend.outbox.claims import RetryLater
from dialogues.tests.factories import make_claim

pytestmark = pytest.mark.django_db
_numbers = itertools.count()


def _backup(*options: str) -> str:
    out = io.StringIO()
    call_command("backup", *options, stdout=out)
    return out.getvalue()


def _run_daily() -> None:
    jobs.back_up_daily(make_claim(f"clock-{next(_numbers)}"))


def _files(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_a_backup_is_for_its_owner_alone_and_carries_a_checksum_that_any_machine_can_check(
    shelf_dir: Path,
) -> None:
    said = _backup()
    [path] = shelf_dir.glob("*.backup")
    assert str(path) in said
    assert _files(shelf_dir) == {path.name, f"{path.name}.sha256"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in shelf_dir.iterdir()} == {0o600}
    subprocess.run(["sha256sum", "--check", f"{path.name}.sha256"], cwd=shelf_dir, check=True)
    assert path.name in _backup("--list")


def test_a_file_that_the_disk_did_not_keep_as_it_was_written_gets_no_name(
    shelf_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(number: int) -> None:
        with open(f"/proc/self/fd/{number}", "r+b") as file:
            file.seek(-5, os.SEEK_END)
            file.write(b"?????")

    monkeypatch.setattr(os, "fsync", damage)
    with pytest.raises(CommandError, match="changed or is damaged"):
        _backup()
    assert _files(shelf_dir) == set()
    assert not BackupRun.objects.filter(is_ok=True).exists()


def test_a_drill_puts_the_newest_back_beside_ours_and_leaves_nothing(shelf_dir: Path) -> None:
    _backup()
    assert "hold the" in _backup("--drill")
    run = runs.last(BackupRun.Kind.DRILL)
    assert run is not None
    assert run.is_ok
    assert run.file in _files(shelf_dir)
    with psycopg.connect(f"dbname=postgres {_without_name()}") as server:
        left = server.execute("SELECT datname FROM pg_database WHERE datname LIKE '%drill'").fetchall()
    assert left == []


def _without_name() -> str:
    known = own_server().parameters
    return " ".join(f"{name}={known[name]}" for name in ("host", "port", "user", "password"))


def test_a_drill_of_a_damaged_file_fails_says_why_and_touches_no_server(
    shelf_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _backup()
    [path] = shelf_dir.glob("*.backup")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr(drill, "make_database", lambda *_: pytest.fail("it was not to be touched"))
    with pytest.raises(CommandError, match="damaged"):
        _backup("--drill")
    run = runs.last(BackupRun.Kind.DRILL)
    assert run is not None
    assert (run.is_ok, "damaged" in run.detail) == (False, True)


def test_missing_or_old_programs_are_told_with_their_package(
    shelf_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "installed", lambda: ())
    with pytest.raises(CommandError, match=r"Here is none. Install the package postgresql-client-\d\d"):
        _backup()
    old = programs.Programs(Path("/usr/lib/postgresql/13/bin"), 13)
    monkeypatch.setattr(programs, "installed", lambda: (old,))
    with pytest.raises(CommandError, match=r"or newer\. Here is 13"):
        _backup()
    run = runs.last(BackupRun.Kind.BACKUP)
    assert run is not None
    assert (run.is_ok, _files(shelf_dir)) == (False, set())


def test_the_programs_of_the_servers_own_version_are_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    there = tuple(programs.Programs(Path("/"), major) for major in (15, 16, 18))
    monkeypatch.setattr(programs, "installed", lambda: there)
    assert [programs.for_dump(server).major for server in (14, 15, 17, 18)] == [15, 15, 18, 18]
    assert programs.for_restore(server=15, dumped_by=15).major == 15
    assert programs.for_restore(server=18, dumped_by=15).major == 18
    with pytest.raises(BackupError, match="pg_restore 18"):
        programs.for_restore(server=16, dumped_by=18)  # it writes what servers before 17 do not know


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda place, settings: place.rmdir(), "there is no directory"),
        (lambda place, settings: setattr(settings, "BACKUP_DIR", ""), "BACKUP_DIR is not set"),
        (lambda place, settings: setattr(settings, "BACKUP_KEYS", []), "BACKUP_KEYS is empty"),
    ],
)
def test_what_is_not_set_up_is_told(
    shelf_dir: Path, settings: Settings, prepare: Callable[[Path, Settings], None], told: str
) -> None:
    prepare(shelf_dir, settings)
    with pytest.raises(CommandError, match=told):
        _backup()


def test_a_drill_or_a_restore_without_a_backup_says_so(shelf_dir: Path) -> None:
    with pytest.raises(CommandError, match="holds no backup of the database"):
        _backup("--drill")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", str(shelf_dir / "none.backup"))
    with pytest.raises(CommandError, match="names no database"):
        call_command("restore", "none", "--into", "postgresql://127.0.0.1")
    made = make_backup()
    with pytest.raises(CommandError, match="no connection"):
        call_command("restore", str(made.path), "--into", "postgresql://127.0.0.1:1/none")


def test_two_backups_at_once_are_one(shelf_dir: Path) -> None:
    with only_one(own_server(), "backup"):
        with pytest.raises(BackupRuns):
            make_backup()
        _run_daily()
    assert _files(shelf_dir) == set()
    assert not BackupRun.objects.exists()


def test_what_a_killed_run_left_is_cleared_away_by_the_next(shelf_dir: Path) -> None:
    left = shelf_dir / (shelf.name_for(own_server().database, timezone.now()) + shelf.PARTIAL)
    left.write_bytes(b"half")
    _backup()
    assert not left.exists()


def test_old_ones_go_but_never_the_one_that_the_last_drill_proved(
    shelf_dir: Path, settings: Settings
) -> None:
    settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_WEEKS, settings.BACKUP_KEEP_MONTHS = 1, 0, 0
    old, proven = (
        shelf_dir / shelf.name_for(own_server().database, timezone.now() - timedelta(days=days))
        for days in (3, 4)
    )
    for path in (old, proven):
        path.touch()
    BackupRun.objects.create(kind="drill", is_ok=True, file=proven.name, started_at=timezone.now())
    assert "1 older ones deleted" in _backup()
    assert (old.exists(), proven.exists()) == (False, True)


def test_a_backup_that_could_not_be_written_deletes_nothing(
    shelf_dir: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_WEEKS, settings.BACKUP_KEEP_MONTHS = 1, 0, 0
    names = [
        shelf.name_for(own_server().database, timezone.now() - timedelta(days=days)) for days in range(3, 9)
    ]
    for name in names:
        (shelf_dir / name).touch()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("botbackend.backups.archive.sealed.Sealer.close", full)
    with pytest.raises(CommandError, match="No space left"):
        _backup()
    assert _files(shelf_dir) == set(names)


def test_the_command_of_the_operator_gets_the_file_and_none_of_our_secrets(
    shelf_dir: Path, settings: Settings, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    settings.BACKUP_COMMAND = f"sh -c 'cp \"$0\" {away} && env > {away}/env' {{file}}"
    made = make_backup()
    assert (away / made.path.name).read_bytes() == made.path.read_bytes()
    assert "SECRET" not in (away / "env").read_text()
    settings.BACKUP_COMMAND = "sh -c 'echo no route to host >&2; exit 3'"
    with pytest.raises(CommandError, match=r"is good, but it was not taken along.*3: no route to host"):
        _backup()
    settings.BACKUP_COMMAND = "/no/such/program {file}"
    with pytest.raises(CommandError, match="No such file"):
        _backup()


def test_the_daily_job_makes_one_backup_and_one_drill_however_often_it_is_run(shelf_dir: Path) -> None:
    for _ in range(3):
        _run_daily()
    assert sorted(run.kind for run in BackupRun.objects.all()) == ["backup", "drill"]
    BackupRun.objects.update(started_at=timezone.now() - timedelta(hours=25))
    for path in shelf_dir.iterdir():
        path.unlink()  # of the same second
    _run_daily()
    assert sorted(run.kind for run in BackupRun.objects.all()) == ["backup", "backup", "drill"]


def test_the_daily_job_does_nothing_without_a_directory_and_comes_again_when_it_failed(
    shelf_dir: Path, settings: Settings
) -> None:
    settings.BACKUP_KEYS = []
    with pytest.raises(RetryLater, match="BACKUP_KEYS"):
        _run_daily()
    settings.BACKUP_DIR = ""
    _run_daily()
    assert BackupRun.objects.count() == 1


def test_a_drill_that_fails_leaves_the_days_backup_good(
    shelf_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BackupError("the database user may not make a database beside its own")

    monkeypatch.setattr(drill, "make_database", refuse)
    _run_daily()
    found = {run.kind: run.is_ok for run in BackupRun.objects.all()}
    assert found == {"backup": True, "drill": False}
