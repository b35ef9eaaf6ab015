"""Reads requirements.txt and requirements.lock, which `make lock` writes from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[3]
REQUIREMENTS, LOCK = CHECKOUT / "requirements.txt", CHECKOUT / "requirements.lock"
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """A package in the one version that is installed; `digests` are those of all its files."""

    requirement: Requirement
    digests: Sequence[str]

    @property
    def name(self) -> str:
        """The name as package registries compare it."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The pinned version."""
        return pin_of(self.requirement)


def locked() -> list[Locked]:
    """Return every package of the lock, in its order."""
    text = re.sub(r"(?m)^\s*#.*\n", "", LOCK.read_text()).replace("\\\n", " ")
    return [_locked(line) for line in text.splitlines() if line.strip()]


def required() -> dict[str, str]:
    """Return name and version of what requirements.txt names."""
    lines = [line.partition("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines()]
    found = [Requirement(line) for line in lines if line]
    return {canonicalize_name(one.name): pin_of(one) for one in found}


def pin_of(requirement: Requirement) -> str:
    """Return the only version that a requirement allows. Raises ValueError if it allows others."""
    [pin] = requirement.specifier
    if pin.operator != "==":
        raise ValueError(f"{requirement} is no pin")
    return pin.version


def _locked(line: str) -> Locked:
    return Locked(Requirement(line.partition("--hash")[0].strip()), _DIGEST.findall(line))
