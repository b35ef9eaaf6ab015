"""The hosts' network: namespaces of Linux, or where the machine has none for us, addresses of loopback."""

import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from botbackend.workshop.chaos.hosts.own import program
from botbackend.workshop.launcher.ports import LOOPBACK
from botbackend.workshop.launcher.processes import session_members

HOSTS = ("web-a", "web-b", "worker-a", "worker-b", "data-a", "data-b", "data-c")
_CLONE_NEWNET, _MS_BIND = 0x40000000, 0x1000  # of <linux/sched.h> and <linux/mount.h>
_BRIDGE = "hosts"
_OUTSIDE = "10.77.0.1"
# The product refuses plain http to an address that may be somebody else's; such a name is nobody else's.
_OUTSIDE_NAME = "outside.internal"


class Network(Protocol):
    """What the run needs of either form. `sessions` are the leaders of all that runs on a host."""

    form: str
    cuts_for_real: bool
    outside: str  # where Claude and SendPulse listen

    def address(self, host: str) -> str:
        """Where it is reached by all others."""

    def name_outside(self, url: str) -> str:
        """An address of what is outside, as the product is told of it."""

    def inside(self, host: str) -> contextlib.AbstractContextManager[None]:
        """Whatever this thread starts meanwhile runs there, with all that it starts in turn."""

    def cut(self, host: str, sessions: Sequence[int]) -> None:
        """Nothing reaches it any more, and nothing leaves it; nobody is told."""

    def heal(self, host: str, sessions: Sequence[int]) -> None:
        """It is there again, and goes on where it was."""


class Addresses:
    """All hosts are this machine; one that is cut off is stopped instead, and answers as little."""

    cuts_for_real = False
    outside = LOOPBACK

    def __init__(self, why: str) -> None:
        self.form = f"addresses of loopback, and SIGSTOP for a cut: {why}"

    def address(self, host: str) -> str:
        """As in Network; so are the others."""
        return f"127.77.0.{11 + HOSTS.index(host)}"

    def name_outside(self, url: str) -> str:
        """It is on this machine, too."""
        return url

    def inside(self, host: str) -> contextlib.AbstractContextManager[None]:
        """Everything is here."""
        return contextlib.nullcontext()

    def cut(self, host: str, sessions: Sequence[int]) -> None:
        """Stop all of it."""
        _signal(sessions, signal.SIGSTOP)

    def heal(self, host: str, sessions: Sequence[int]) -> None:
        """Let it go on."""
        _signal(sessions, signal.SIGCONT)


def _signal(sessions: Sequence[int], signum: int) -> None:
    for pid in [pid for leader in sessions for pid in session_members(leader)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)


class Namespaces:
    """Each host has a network of its own with one cable to a bridge in ours; a cut takes the cable out.

    Needs a network and a file system tree of our own, see own.py: nothing here touches the machine's.
    """

    form = "network namespaces on a bridge; a cut drops every packet"
    cuts_for_real = True
    outside = _OUTSIDE

    def __init__(self) -> None:
        self._kernel = ctypes.CDLL(None, use_errno=True)
        self._ours = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self._theirs: dict[str, int] = {}

    def address(self, host: str) -> str:
        """As in Network; so are the others."""
        return f"10.77.0.{11 + HOSTS.index(host)}"

    def name_outside(self, url: str) -> str:
        """By its name."""
        return url.replace(_OUTSIDE, _OUTSIDE_NAME)

    @contextlib.contextmanager
    def inside(self, host: str) -> Iterator[None]:
        """Threads and processes inherit the network of the thread that starts them."""
        self._enter(self._theirs[host])
        try:
            yield
        finally:
            self._enter(self._ours)

    def cut(self, host: str, sessions: Sequence[int]) -> None:
        """The cable stays in at the host's end: it has no way to know."""
        _ip("link", "set", self._cable(host), "nomaster")

    def heal(self, host: str, sessions: Sequence[int]) -> None:
        """Put it in again."""
        _ip("link", "set", self._cable(host), "master", _BRIDGE)

    def build(self) -> None:
        """Lay the cables. Raises OSError."""
        _ip("link", "set", "lo", "up")
        self._name_ourselves()
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("address", "add", f"{_OUTSIDE}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        for host in HOSTS:
            self._connect(host)

    def _connect(self, host: str) -> None:
        cable = self._cable(host)
        # A network lives as long as somebody is in it or has it open; `cat` ends when we close its input.
        with subprocess.Popen(  # noqa: S603 - programs of the machine
            [_found("unshare"), "--net", _found("cat")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as first:
            assert first.stdin is not None  # noqa: S101 - both were asked for; tells the type checker
            assert first.stdout is not None  # noqa: S101
            first.stdin.write(b"\n")
            first.stdin.flush()
            first.stdout.readline()  # it is there, so its network is
            self._theirs[host] = os.open(f"/proc/{first.pid}/ns/net", os.O_RDONLY)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(first.pid))
        _ip("link", "set", cable, "master", _BRIDGE, "up")
        with self.inside(host):
            _ip("link", "set", "lo", "up")
            _ip("address", "add", f"{self.address(host)}/24", "dev", "eth0")
            _ip("link", "set", "eth0", "up")

    def _name_ourselves(self) -> None:
        """Put a file of names over the machine's, in our tree alone."""
        with tempfile.NamedTemporaryFile("w") as names:
            names.write(f"{LOOPBACK} localhost\n{_OUTSIDE} {_OUTSIDE_NAME}\n")
            names.flush()
            Path(names.name).chmod(0o644)
            self._call("mount", names.name.encode(), b"/etc/hosts", None, _MS_BIND, None)

    def _enter(self, network: int) -> None:
        self._call("setns", network, _CLONE_NEWNET)

    def _call(self, name: str, *words: object) -> None:
        if getattr(self._kernel, name)(*words) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"{name}: {os.strerror(code)}")

    @staticmethod
    def _cable(host: str) -> str:
        return f"to-{host}"


def _ip(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - a program of the machine, words of ours
        [_found("ip"), *words], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _found(name: str) -> str:
    path = program(name)
    if path is None:
        raise OSError(f"this machine has no program {name}")
    return path
