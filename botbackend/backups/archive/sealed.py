"""The form of a backup file: a header, the sealed manifest, then the sealed dump, piece by piece.

    BOTBACKUP1 | length, header as JSON | length, piece 0 | length, piece 1 | ... | length, last piece

Every piece is AES-256-GCM under a key of this file alone. Its nonce is its number and whether it is the last
one, and the header is authenticated with it: pieces of another file or key, pieces that were changed, left
out, doubled or put elsewhere, and a file that ends too early are all refused. Nothing is trusted before its
piece was authenticated, and nothing of a file is used before all of it was read through once (`check`).
"""

import json
import os
import secrets
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from botbackend.backups.archive import keys
from botbackend.backups.errors import Unreadable

MAGIC = b"BOTBACKUP1"
PIECE_BYTES = 1024 * 1024
_TAG_BYTES = 16
_LONGEST_HEADER = 4096
_LONGEST_MANIFEST = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_LAST = 1 << 95  # of the 96 bits of a nonce; the others count the pieces
_DAMAGED = "the file was changed or is damaged: take another copy or another backup"
_CUT = "the file ends too early: it was cut or not copied whole. Take another copy or another backup"

Beat = Callable[[], None]


@dataclass(frozen=True)
class Header:
    """What everybody may read of a file."""

    raw: bytes
    key_id: str
    salt: bytes


class Sealer:
    """Writes one file; `close` makes it whole."""

    def __init__(self, file: BinaryIO, manifest: bytes) -> None:
        key, salt = keys.closing_key(), os.urandom(32)
        header = {
            "id": secrets.token_hex(8),
            "key": keys.id_of(key),
            "salt": salt.hex(),
            "cipher": "AES-256-GCM",
        }
        self._header = json.dumps(header, separators=(",", ":")).encode()
        self._box, self._file, self._number = AESGCM(keys.key_of_file(key, salt)), file, 0
        self._held = b""
        file.write(MAGIC)
        self._put(self._header)
        self._seal(manifest, is_last=False)

    def write(self, data: bytes) -> None:
        """Add to the dump."""
        self._held += data
        while len(self._held) > PIECE_BYTES:
            self._seal(self._held[:PIECE_BYTES], is_last=False)
            self._held = self._held[PIECE_BYTES:]

    def close(self) -> None:
        """Write the last piece, which says that it is the last one."""
        self._seal(self._held, is_last=True)

    def _seal(self, clear: bytes, *, is_last: bool) -> None:
        self._put(self._box.encrypt(_nonce(self._number, is_last), clear, self._header))
        self._number += 1

    def _put(self, part: bytes) -> None:
        self._file.write(_LENGTH.pack(len(part)))
        self._file.write(part)


class Opener:
    """Reads one file from its beginning. Every method raises Unreadable."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.header = read_header(file)
        key = keys.opening_key(self.header.key_id)
        self._box, self._number = AESGCM(keys.key_of_file(key, self.header.salt)), 0
        self.manifest, _ = self._open(_LONGEST_MANIFEST)

    def dump(self) -> Iterator[bytes]:
        """Give out the dump piece by piece, once."""
        is_last = False
        while not is_last:
            clear, is_last = self._open(PIECE_BYTES)
            yield clear
        if self._file.read(1):
            raise Unreadable(_DAMAGED)

    def _open(self, longest: int) -> tuple[bytes, bool]:
        sealed = _part(self._file, longest + _TAG_BYTES)
        for is_last in (False, True):
            try:
                clear = self._box.decrypt(_nonce(self._number, is_last), sealed, self.header.raw)
            except InvalidTag:
                continue
            self._number += 1
            return clear, is_last
        raise Unreadable(_DAMAGED)


def read_header(file: BinaryIO) -> Header:
    """Read what needs no key. Raises Unreadable."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Unreadable("this is no backup that `manage.py backup` made")
    raw = _part(file, _LONGEST_HEADER)
    try:
        told: Any = json.loads(raw)
        return Header(raw, str(told["key"]), bytes.fromhex(told["salt"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(_DAMAGED) from error


def check(file: BinaryIO, beat: Beat = lambda: None) -> bytes:
    """Read a file through to its end and return its manifest. Raises Unreadable."""
    opener = Opener(file)
    for _ in opener.dump():
        beat()
    return opener.manifest


def _part(file: BinaryIO, longest: int) -> bytes:
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise Unreadable(_CUT)
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise Unreadable(_DAMAGED)
    part = file.read(length)
    if len(part) < length:
        raise Unreadable(_CUT)
    return part


def _nonce(number: int, is_last: bool) -> bytes:
    return (number | (_LAST if is_last else 0)).to_bytes(12, "big")
