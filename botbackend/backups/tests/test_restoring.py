"""What a restore looks at before it touches anything, and what it says afterwards."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import Settings

from botbackend.backups import restoring
from botbackend.backups.archive import sealed
from botbackend.backups.database import loading
from botbackend.backups.database.server import own_server, server_of
from botbackend.backups.errors import BackupError
from botbackend.backups.making import make_backup
from botbackend.backups.tests.keys import new_key
from botbackend.lib.crypto import encrypt
from botbackend.tests.databases import new_database

pytestmark = pytest.mark.django_db


def test_rows_that_did_not_come_back_are_named_table_by_table(shelf_dir: Path) -> None:
    made = make_backup()
    with new_database("half") as url:
        target = server_of(url)
        restoring.put_back(restoring.check(made.path, target), target)
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM django_migrations WHERE app = 'sheets'")
            connection.execute("UPDATE auth_permission SET name = 'x' WHERE id = 1")
            connection.execute("DROP TABLE django_admin_log")
        with pytest.raises(BackupError) as told:
            restoring.compare(made.manifest, target)
    assert "auth_permission has other content" in told.value.message
    assert "django_admin_log is missing" in told.value.message
    assert re.search(r"django_migrations has \d+ rows instead of \d+", told.value.message)


def test_a_load_that_breaks_in_the_middle_leaves_what_stood_there(shelf_dir: Path) -> None:
    made = make_backup()
    with new_database("kept") as url:
        target = server_of(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE auth_user AS SELECT 1 AS one")
            connection.execute("CREATE TABLE other (id int)")
        checked = restoring.check(made.path, target)
        with pytest.raises(BackupError, match=r"nothing was changed.*auth_user"):
            restoring.put_back(checked, target)
        restoring.check_target(target, replace=target.database)
        before = loading.emptying(target)
        with made.path.open("rb") as file:
            dump = sealed.Opener(file).dump()
            with pytest.raises(BackupError, match="pg_restore failed, nothing was changed"):
                loading.load(target, checked.tools, [next(dump)[:50_000]], before=before)
        assert {name for _, name, _ in loading.relations_of(target)} == {"auth_user", "other"}


def test_a_database_that_is_not_empty_is_only_replaced_by_name_and_when_nobody_uses_it(
    shelf_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "PATIENCE_SECONDS", 0.2)
    with new_database("full") as url:
        target = server_of(url)
        assert restoring.check_target(target, replace=None) == []
        with psycopg.connect(url, autocommit=True) as user:
            user.execute("CREATE TABLE something (id int)")
            with pytest.raises(BackupError, match=rf"not empty .*--replace {target.database}"):
                restoring.check_target(target, replace=None)
            assert not loading.is_unused(target)
            user.execute("CREATE TABLE projects_project (id int)")
            assert loading.is_unused(target)  # as after `migrate`: nothing is lost with it
            user.execute("INSERT INTO projects_project VALUES (1)")
            with pytest.raises(BackupError, match="--replace names other"):
                restoring.check_target(target, replace="other")
            with pytest.raises(BackupError, match=r"1 connections .* stop web"):
                restoring.check_target(target, replace=target.database)
            user.execute("CREATE SCHEMA foreigners CREATE TABLE theirs (id int)")
        with pytest.raises(BackupError, match="not ours: foreigners"):
            restoring.check_target(target, replace=target.database)


def test_what_does_not_fit_is_told_before_anything_is_touched(
    shelf_dir: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_backup()
    server = own_server()

    def refused(text: str) -> None:
        with pytest.raises(BackupError, match=text):
            restoring.check(made.path, server)

    def with_manifest(**changed: Any) -> None:
        told = dataclasses.replace(made.manifest, **changed)
        monkeypatch.setattr(restoring, "read_through", lambda *_: told)

    with_manifest(migrations=("bookings.9999_of_the_future",))
    refused("newer version.*9999_of_the_future")
    with_manifest(server=990000)
    refused("goes forward only")
    with_manifest(tools=99)
    refused("pg_restore 99.*postgresql-client-99")
    with_manifest(canary={"sealed": encrypt("canary"), "keyed": "of another one"})
    refused("SECRET_KEY. Put the right")
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    refused("FIELD_ENCRYPTION_KEYS, SECRET_KEY")
