"""The file of a backup: nobody reads it without the key, and nothing of a changed one is taken for ours."""

import io
import struct
from pathlib import Path

import pytest
from pytest_django import Settings

from botbackend.backups.archive import sealed
from botbackend.backups.archive.keys import id_of, read_key
from botbackend.backups.archive.manifest import Manifest
from botbackend.backups.errors import BackupError, Unreadable
from botbackend.backups.tests.keys import new_key

MANIFEST = b'{"format":1}'
DUMP = bytes(range(256)) * 10_000  # three pieces


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.BACKUP_KEYS = [new_key()]


def _seal(dump: bytes = DUMP, manifest: bytes = MANIFEST) -> bytes:
    file = io.BytesIO()
    sealer = sealed.Sealer(file, manifest)
    for start in range(0, len(dump), 100_000):
        sealer.write(dump[start : start + 100_000])
    sealer.close()
    return file.getvalue()


def _opened(content: bytes) -> bytes:
    opener = sealed.Opener(io.BytesIO(content))
    return b"".join(opener.dump())


def _parts(content: bytes) -> list[bytes]:
    """The length-prefixed parts of a file: header, manifest, pieces."""
    at, parts = len(sealed.MAGIC), []
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        parts.append(content[at : at + 4 + length])
        at += 4 + length
    return parts


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE_BYTES - 1, sealed.PIECE_BYTES, sealed.PIECE_BYTES + 1])
def test_what_was_sealed_comes_back_whatever_its_length(size: int) -> None:
    dump = (b"0123456789" * (size // 10 + 1))[:size]
    assert _opened(_seal(dump)) == dump
    assert sealed.check(io.BytesIO(_seal(dump))) == MANIFEST


def test_nothing_of_it_can_be_read_in_the_file() -> None:
    content = _seal(b"Olena +380501234567 " * 1000, b'{"database":"salons"}')
    assert b"Olena" not in content
    assert b"salons" not in content


def test_equal_dumps_make_files_that_have_nothing_in_common() -> None:
    one, other = _parts(_seal()), _parts(_seal())
    assert not set(one) & set(other)


@pytest.mark.parametrize("at", [0, 12, 40, 260, 2000, 1_200_000, -1])
def test_a_single_changed_bit_is_refused(at: int) -> None:
    content = bytearray(_seal())
    content[at] ^= 1
    with pytest.raises(Unreadable):
        sealed.check(io.BytesIO(bytes(content)))


@pytest.mark.parametrize("kept", [0, 5, 200, 1_000_000, -1, -17])
def test_a_file_that_was_cut_is_refused(kept: int) -> None:
    with pytest.raises(Unreadable):
        sealed.check(io.BytesIO(_seal()[:kept]))


def test_a_file_that_was_cut_between_two_pieces_is_refused() -> None:
    parts = _parts(_seal())
    for count in range(len(parts)):
        with pytest.raises(Unreadable, match="cut"):
            sealed.check(io.BytesIO(sealed.MAGIC + b"".join(parts[:count])))


def test_pieces_that_are_swapped_doubled_or_of_another_file_are_refused() -> None:
    header, manifest, first, second, *rest = _parts(_seal())
    foreign = _parts(_seal())[2]
    for parts in (
        [header, manifest, second, first, *rest],
        [header, manifest, first, first, second, *rest],
        [header, manifest, second, *rest],
        [header, manifest, foreign, second, *rest],
        [header, manifest, first, second, *rest, rest[-1]],
    ):
        with pytest.raises(Unreadable):
            sealed.check(io.BytesIO(sealed.MAGIC + b"".join(parts)))


def test_an_older_key_opens_what_it_closed_and_a_missing_one_is_named(settings: Settings) -> None:
    content, [old] = _seal(), settings.BACKUP_KEYS
    settings.BACKUP_KEYS = [new_key(), old]
    assert _opened(content) == DUMP
    settings.BACKUP_KEYS = [new_key()]
    with pytest.raises(Unreadable, match=id_of(read_key(old))):
        sealed.check(io.BytesIO(content))


def test_without_a_key_no_backup_begins_and_a_malformed_one_is_told_with_how_to_make_one(
    settings: Settings,
) -> None:
    settings.BACKUP_KEYS = []
    with pytest.raises(BackupError, match="BACKUP_KEYS is empty"):
        _seal()
    for wrong in ("short", "c2hvcnQ=", "ß" * 44):
        settings.BACKUP_KEYS = [wrong]
        with pytest.raises(BackupError, match="urlsafe_b64encode"):
            _seal()


def test_any_other_file_is_told_apart(tmp_path: Path) -> None:
    for content in (b"", b"PGDMP\x01\x0e", b"BOTBACKUP1", b"BOTBACKUP1\x00\x00\x00\x02{}", b"\x00" * 5000):
        with pytest.raises(Unreadable):
            sealed.check(io.BytesIO(content))


def test_a_manifest_of_a_newer_program_is_refused() -> None:
    with pytest.raises(Unreadable, match="newer version"):
        Manifest.from_json(b'{"format":2}')
