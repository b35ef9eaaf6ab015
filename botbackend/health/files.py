"""Whether others on this machine can read what opens everything: `.env`, and the key files of Google."""

import os
import stat
from pathlib import Path

from django.conf import settings

from botbackend.health.findings import DEGRADED, OK, Finding
from sheets.keyfiles import key_files

OWNERS_ALONE = stat.S_IRUSR | stat.S_IWUSR
# Where the file is another's, root's for instance, ours is the group that reads it.
GROUP_READS = OWNERS_ALONE | stat.S_IRGRP


def look_at_files() -> Finding:
    """Is every file with secrets its owner's alone?"""
    files = [path for path in (settings.ENV_FILE, *map(Path, key_files())) if path.is_file()]
    open_ones = [path for path in files if _mode(path) & ~_allowed(path)]
    if not open_ones:
        return Finding(OK)
    listed = ", ".join(f"{_short(path)} ({_mode(path):04o})" for path in open_ones)
    names = " ".join(_short(path) for path in open_ones)
    return Finding(DEGRADED, f"others on this machine may read: {listed}", f"Run `chmod 600 {names}`.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _allowed(path: Path) -> int:
    return OWNERS_ALONE if path.stat().st_uid == os.geteuid() else GROUP_READS


def _short(path: Path) -> str:
    inside = path.is_relative_to(settings.BASE_DIR)
    return str(path.relative_to(settings.BASE_DIR) if inside else path)
