"""A salon whose spreadsheet is served by the stand-in of Google, over HTTP."""

import json
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pytest_django import Settings

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.google.auth import make_credentials
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets.tests.salon import SheetSalon


@cache
def _credentials() -> str:
    return json.dumps(make_credentials("http://127.0.0.1/token"))  # one RSA key for all tests


@pytest.fixture
def google(settings: Settings, tmp_path: Path) -> Iterator[GoogleStandIn]:
    """The stand-in, and a service account that it knows."""
    with running(GoogleStandIn()) as server:
        file = tmp_path / "service_account.json"
        # An address of its own: what Google allows it is shared through Redis, also between tests.
        email = f"salon-{secrets.token_hex(6)}@stand-in.iam.gserviceaccount.com"
        known = json.loads(_credentials()) | {"token_uri": f"{server.url}/token", "client_email": email}
        file.write_text(json.dumps(known))
        settings.GOOGLE_API_BASE_URL, settings.GOOGLE_CREDENTIALS_FILE = server.url, str(file)
        settings.GOOGLE_REQUESTS_PER_MINUTE = 100_000
        yield server


@pytest.fixture
def salon(db: None, google: GoogleStandIn) -> SheetSalon:
    """Anna and Maria, manicure and haircut, an empty spreadsheet."""
    return SheetSalon(google)
