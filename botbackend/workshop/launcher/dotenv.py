"""Makes .env from .env.example with secrets of its own; run by make with whatever Python the machine has.

Only the standard library: it runs before anything is installed.
"""

import base64
import os
import re
import secrets
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent.parent


def generated() -> "dict[str, str]":
    """Return new values of the settings that nobody chooses by hand."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SENDPULSE_WEBHOOK_SECRET": secrets.token_urlsafe(24),
        "POSTGRES_PASSWORD": secrets.token_hex(24),  # letters and digits: it becomes part of an address
    }


def make(example: Path, path: Path) -> None:
    """Write the file, for its owner alone from its first byte on. Raises FileExistsError."""
    text = example.read_text(encoding="utf-8")
    for name, value in generated().items():
        text, count = re.subn(rf"(?m)^{name}=$", f"{name}={value}", text)
        assert count == 1, name  # noqa: S101 - the example names each once
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)


def main() -> None:
    """Make .env of this checkout, or leave the one that is there."""
    path = CHECKOUT / ".env"
    try:
        make(CHECKOUT / ".env.example", path)
    except FileExistsError:
        sys.exit(f"{path} is there already and stays: what its keys encrypted nobody reads without them.")
    print(f"{path} has new secrets and is readable for you alone. Keep a copy in a safe place.")


if __name__ == "__main__":
    main()
