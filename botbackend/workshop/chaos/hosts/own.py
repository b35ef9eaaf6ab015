"""Becoming ourselves once more in a network of our own, which ends with us and disturbs nobody's."""

import os
import shutil
import subprocess
import sys

MARK = "CHAOS_OWN_NETWORK"
_TRIAL = "ip link add trial type bridge && ip link add trial-a type veth peer name trial-b"


def enter_own_network(module: str, arguments: list[str]) -> str:
    """Start `module` anew in a network of its own and become that; "" there, or why there can be none.

    Root needs no more than the right to it. Others get it inside a user namespace, in which they stay who
    they are: PostgreSQL would not run as root, and nobody else can be had there.
    """
    if os.environ.pop(MARK, ""):
        return ""
    missing = [program for program in ("unshare", "ip") if shutil.which(program) is None]
    if missing:
        return f"this machine has no program {missing[0]!r} (Debian: util-linux, iproute2)"
    as_ourselves = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    words = ["unshare", *as_ourselves, "--net", "--mount"]
    tried = subprocess.run([*words, "sh", "-c", _TRIAL], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"this machine gives us no network namespace ({(tried.stderr.strip() or 'no reason told')})"
    environment = {**os.environ, MARK: "yes"}
    os.execvpe(words[0], [*words, sys.executable, "-m", module, *arguments], environment)  # noqa: S606 - ourselves
