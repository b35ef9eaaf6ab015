"""Becoming ourselves once more in a network of our own, which ends with us and disturbs nobody's."""

import os
import shutil
import subprocess
import sys
from typing import NoReturn

MARK = "CHAOS_OWN_NETWORK"
_TRIAL = "{ip} link add trial type bridge && {ip} link add trial-a type veth peer name trial-b"


def enter_own_network(module: str, arguments: list[str]) -> str:
    """Start `module` anew in a network of its own and become that; "" there, or why there can be none.

    Root needs no more than the right to it. Others get it inside a user namespace, in which they stay who
    they are: PostgreSQL would not run as root, and nobody else can be had there.
    """
    if os.environ.pop(MARK, ""):
        return ""
    unshare = shutil.which("unshare")
    if unshare is None or program("ip") is None:
        return "this machine lacks `unshare` or `ip` (Debian: util-linux, iproute2)"
    as_ourselves = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    words = [unshare, *as_ourselves, "--net", "--mount"]
    tried = subprocess.run(  # noqa: S603 - programs of the machine, words of ours
        [*words, "/bin/sh", "-c", _TRIAL.format(ip=program("ip"))],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode != 0:
        return f"this machine gives us no network namespace ({tried.stderr.strip() or 'no reason told'})"
    return _become([*words, sys.executable, "-m", module, *arguments])


def program(name: str) -> str | None:
    """Where a program of the machine is; Debian keeps some where ordinary users do not look."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def _become(words: list[str]) -> NoReturn:
    os.execve(words[0], words, {**os.environ, MARK: "yes"})  # noqa: S606 - ourselves, without a shell
