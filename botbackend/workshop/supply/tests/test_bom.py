"""The bill of materials is one that others can read, and names what runs."""

import json
from importlib.metadata import version
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from botbackend.workshop.supply.bom import bill
from botbackend.workshop.supply.lock import locked, required


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return bill()


def test_it_is_valid_by_the_schema_of_the_standard(document: dict[str, Any]) -> None:
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document))
    assert wrong is None, wrong


def test_it_names_every_package_that_runs_here_with_its_version(document: dict[str, Any]) -> None:
    named = {one["name"]: one["version"] for one in document["components"]}
    used = [one for one in locked() if one.requirement.marker is None or one.requirement.marker.evaluate()]
    assert named == {one.name: version(one.name) for one in used}
    assert required().keys() <= named.keys()
    assert "pytest" not in named
    assert len([one for one in document["components"] if "licenses" in one]) > len(named) * 0.9


def test_everything_that_is_in_it_is_reached_from_the_program(document: dict[str, Any]) -> None:
    needs = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    reached, ahead = set(), ["botbackend"]
    while ahead:
        one = ahead.pop()
        if one not in reached:
            reached.add(one)
            ahead += needs[one]
    parts = {one["bom-ref"]: one["name"] for one in document["components"]}
    of_extras = {parts[ref] for ref in parts.keys() - reached}
    assert of_extras <= {"psycopg-binary"}, "an extra names it"


def test_the_same_lock_makes_the_same_bill(document: dict[str, Any]) -> None:
    assert bill() == document
