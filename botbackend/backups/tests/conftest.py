"""A directory and a key for backups."""

from pathlib import Path

import pytest
from pytest_django import Settings

from botbackend.backups.tests.keys import new_key


@pytest.fixture
def shelf_dir(settings: Settings, tmp_path: Path) -> Path:
    """BACKUP_DIR, empty, with one key to close and open."""
    place = tmp_path / "backups"
    place.mkdir()
    settings.BACKUP_DIR, settings.BACKUP_KEYS = str(place), [new_key()]
    return place
