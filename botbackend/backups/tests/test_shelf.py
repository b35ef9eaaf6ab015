"""Which backups are kept, and which files are backups at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from botbackend.backups.archive import shelf
from botbackend.backups.archive.shelf import Stored

NIGHT = datetime(2026, 11, 30, 2, 40, tzinfo=UTC)


def _nights(count: int) -> list[Stored]:
    """One backup a night, newest first."""
    moments = [NIGHT - timedelta(days=days) for days in range(count)]
    return [Stored(Path(shelf.name_for("salons", at)), "salons", at) for at in moments]


def _kept(backups: list[Stored], *, days: int, weeks: int = 0, months: int = 0) -> list[Stored]:
    gone = shelf.superfluous(backups, days=days, weeks=weeks, months=months)
    return [one for one in backups if one not in gone]


def test_the_newest_of_each_of_the_last_days_weeks_and_months_stay() -> None:
    kept = _kept(_nights(400), days=3, weeks=2, months=3)
    assert [f"{one.made_at:%m-%d}" for one in kept] == ["11-30", "11-29", "11-28", "10-31", "09-30"]


def test_of_a_day_with_several_the_newest_stays() -> None:
    moments = [NIGHT - timedelta(days=days, hours=hours) for days in (0, 3, 4) for hours in (0, 1)]
    backups = [Stored(Path(shelf.name_for("salons", at)), "salons", at) for at in moments]
    assert _kept(backups, days=2) == [*backups[:2], backups[2]]


def test_one_made_after_an_accident_does_not_push_out_the_one_of_before_it() -> None:
    moments = [NIGHT + timedelta(hours=8), NIGHT + timedelta(hours=7), NIGHT]
    backups = [Stored(Path(shelf.name_for("salons", at)), "salons", at) for at in moments]
    assert _kept(backups, days=1) == backups


def test_days_without_a_backup_do_not_count() -> None:
    old = [one for one in _nights(200) if one.made_at < NIGHT - timedelta(days=100)]
    assert _kept(old, days=5) == old[:5]


@given(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 39))
def test_the_newest_and_the_proven_one_are_never_deleted(
    count: int, days: int, weeks: int, months: int, proven: int
) -> None:
    backups = _nights(count)
    keep = {backups[proven].path.name} if proven < count else set()
    gone = shelf.superfluous(backups, days=days, weeks=weeks, months=months, keep=keep)
    names = {one.path.name for one in gone}
    assert not backups or backups[0] not in gone
    assert not names & keep
    assert count - len(gone) <= 2 + days + weeks + months + len(keep)


def test_only_finished_files_of_this_database_are_backups(tmp_path: Path) -> None:
    own = shelf.name_for("salons", NIGHT)
    others = [
        shelf.name_for("salons-two", NIGHT),
        shelf.name_for("my-salons", NIGHT),
        f"{own}{shelf.PARTIAL}",
        f"{own}{shelf.CHECKSUM}",
        "salons-yesterday.backup",
        "holiday.jpg",
    ]
    for name in [own, *others]:
        (tmp_path / name).touch()
    assert [one.path.name for one in shelf.stored(tmp_path, "salons")] == [own]
    shelf.clear_partial(tmp_path, "my")
    assert (tmp_path / f"{own}{shelf.PARTIAL}").exists()
    shelf.clear_partial(tmp_path, "salons")
    assert {path.name for path in tmp_path.iterdir()} == {own, *others} - {f"{own}{shelf.PARTIAL}"}


def test_a_name_with_odd_signs_becomes_a_file_that_is_found_again(tmp_path: Path) -> None:
    (tmp_path / shelf.name_for("a/b: салон", NIGHT)).touch()
    assert len(shelf.stored(tmp_path, "a/b: салон")) == 1
