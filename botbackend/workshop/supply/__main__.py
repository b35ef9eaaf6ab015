"""`python -m botbackend.workshop.supply audit`, and `... sbom [FILE]`, which writes var/sbom.json."""

import json
import sys
from pathlib import Path

from botbackend.workshop.supply.audit import audit
from botbackend.workshop.supply.bom import bill
from botbackend.workshop.supply.lock import CHECKOUT


def main(words: list[str]) -> int:
    """Do what the first word says; returns the exit code."""
    if words[:1] == ["audit"]:
        code, said = audit()
        print(f"audit: {said}")
        return code
    if words[:1] == ["sbom"]:
        path = Path(words[1]) if len(words) > 1 else CHECKOUT / "var" / "sbom.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        document = bill()
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path}: {len(document['components'])} packages")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
