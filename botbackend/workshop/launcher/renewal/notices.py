"""The launcher's end of systemd's way to tell that one is ready (see botbackend/lib/service_notices.py)."""

import contextlib
import os
import socket
import struct

_CREDENTIALS = struct.Struct("3i")  # process, user, group: what the kernel says of a sender


class Notices:
    """What one child tells of itself."""

    def __init__(self) -> None:
        self.is_ready = False
        self.status = ""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.setblocking(False)
        self._socket.bind("")  # Linux makes up an abstract address: no file, and no path that is too long
        self.address = "@" + self._socket.getsockname()[1:].decode()

    def read(self) -> None:
        """Take note of what has come; lines of other users are passed over."""
        with contextlib.suppress(BlockingIOError):
            while True:
                data, extra, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
                if _comes_from_us(extra):
                    self._note(data.decode(errors="replace"))

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()

    def _note(self, text: str) -> None:
        for line in text.splitlines():
            name, _, value = line.partition("=")
            if name == "STATUS":
                self.status = value
            self.is_ready |= (name, value) == ("READY", "1")


def _comes_from_us(extra: list[tuple[int, int, bytes]]) -> bool:
    found = [
        data for level, kind, data in extra if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
    ]
    return any(_CREDENTIALS.unpack(data[: _CREDENTIALS.size])[1] == os.getuid() for data in found)
