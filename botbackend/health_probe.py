"""`python -m botbackend.health_probe [PATH]`: exit code 0 if GET /health of the web process here is 200."""

import json
import os
import sys
from collections.abc import Mapping

from botbackend.loopback import request

TIMEOUT_SECONDS = 5.0
HEALTH = "/health"


def host_header(environment: Mapping[str, str]) -> str | None:
    """A name the web process answers to, if 127.0.0.1 is not among its ALLOWED_HOSTS."""
    allowed = [host.strip() for host in environment.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    if not allowed or {"*", "127.0.0.1"} & set(allowed):
        return None
    return "health." + allowed[0].lstrip(".") if allowed[0].startswith(".") else allowed[0]


def ask_health(port: int, environment: Mapping[str, str], path: str = HEALTH) -> tuple[int, str]:
    """Status and text of GET /health, or a path below it; 0 and the reason if nobody answers."""
    host = host_header(environment)
    url = f"http://127.0.0.1:{port}{path}"
    return request(url, headers={"Host": host} if host else {}, timeout=TIMEOUT_SECONDS)


def failing_checks(text: str) -> str:
    """The names of the checks that are not "ok" in a health answer, for one line on the console."""
    try:
        checks = json.loads(text)["checks"]
        bad = {
            name: check.get("status", check) if isinstance(check, dict) else check
            for name, check in checks.items()
        }
        return ", ".join(f"{name}: {state}" for name, state in bad.items() if state != "ok")
    except (ValueError, LookupError, AttributeError, TypeError):
        return text[:200].strip()


def main() -> int:
    """Print what it says; returns the exit code."""
    path = sys.argv[1] if len(sys.argv) > 1 else HEALTH
    status, text = ask_health(int(os.environ.get("PORT") or 8000), os.environ, path)
    sys.stdout.write(f"{status} {text}\n")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
