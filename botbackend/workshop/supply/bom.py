"""The bill of materials of a release, as CycloneDX 1.6 has it: what runs, which version, what needs what.

It is made of the environment that `make` installed from the lock. The same lock makes the same bill: it
carries no time, and its number is that of its content.
"""

import hashlib
import json
import re
import tomllib
import uuid
from importlib.metadata import Distribution, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from botbackend.workshop.supply.lock import CHECKOUT, LOCK, locked, required

Json = dict[str, Any]
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")
LONGEST_NAME = 100  # of a licence; some packages put its whole text there


def bill() -> Json:
    """Return the document. Raises PackageNotFoundError if the environment is not the locked one."""
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    here = {one.name: distribution(one.name) for one in locked() if _is_used(one.requirement)}
    own = {"type": "application", "bom-ref": "botbackend", "name": "botbackend", "version": version}
    direct = [name for name in sorted(required()) if name in here]
    tree = {"botbackend": direct} | {name: _needs(part, here) for name, part in sorted(here.items())}
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    document: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": own | {"licenses": [{"license": {"id": "MIT"}}]},
            "properties": [{"name": "botbackend:requirements.lock:sha256", "value": digest}],
        },
        "components": [_component(name, part) for name, part in sorted(here.items())],
        "dependencies": [
            {"ref": _ref(name, here), "dependsOn": [_ref(need, here) for need in needs]}
            for name, needs in tree.items()
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    return document | {"serialNumber": f"urn:uuid:{number}"}


def _is_used(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def _component(name: str, part: Distribution) -> Json:
    found: Json = {"type": "library", "name": name, "version": part.version}
    found |= {"bom-ref": _purl(name, part), "purl": _purl(name, part)}
    return found | ({"licenses": licences} if (licences := _licences(part)) else {})


def _licences(part: Distribution) -> list[Json]:
    for expression in part.metadata.get_all("License-Expression", []):
        return [{"expression": expression}]
    lines = part.metadata.get_all("Classifier", [])
    told = [found[1] for line in lines if (found := _CLASSIFIER.match(line))]
    stated = str([*part.metadata.get_all("License", []), ""][0]).strip()
    if not told and stated and len(stated) <= LONGEST_NAME and "\n" not in stated:
        told = [stated]
    return [{"license": {"name": name}} for name in told]


def _needs(part: Distribution, here: dict[str, Distribution]) -> list[str]:
    """What a package needs of those that are there; extras that nobody asked for are not."""
    wanted = [Requirement(text) for text in part.requires or ()]
    names = {canonicalize_name(one.name) for one in wanted if one.marker is None or _holds(one)}
    return sorted(names & here.keys())


def _holds(requirement: Requirement) -> bool:
    return requirement.marker is not None and requirement.marker.evaluate({"extra": ""})


def _purl(name: str, part: Distribution) -> str:
    return f"pkg:pypi/{name}@{part.version}"


def _ref(name: str, here: dict[str, Distribution]) -> str:
    return _purl(name, here[name]) if name in here else name
