"""System checks of the settings of backups."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from botbackend.backups.archive.keys import HOW, read_key


@register("settings")
def check_backups(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Report keys that are missing, malformed or those of the fields."""
    return [*_of_keys(), *_of_directory()]


def _of_keys() -> Iterator[CheckMessage]:
    hint = f"Make one, and keep a copy elsewhere: {HOW}"
    if settings.BACKUP_DIR and not settings.BACKUP_KEYS:
        yield Error("BACKUP_DIR is set and BACKUP_KEYS is not.", hint=hint, id="botbackend.E020")
    for number, key in enumerate(settings.BACKUP_KEYS, start=1):
        try:
            read_key(key)
        except ValueError as error:
            yield Error(f"Key {number} of BACKUP_KEYS: {error}.", hint=hint, id="botbackend.E021")
        if key in settings.FIELD_ENCRYPTION_KEYS:
            yield Error(
                f"Key {number} of BACKUP_KEYS is one of FIELD_ENCRYPTION_KEYS: who has one would open all.",
                hint=hint,
                id="botbackend.E022",
            )


def _of_directory() -> Iterator[CheckMessage]:
    if settings.BACKUP_DIR and not Path(settings.BASE_DIR, settings.BACKUP_DIR).is_dir():
        yield Warning(
            "BACKUP_DIR is no directory: no backup will be made.",
            hint="Make it, for the user of the program alone: mkdir -m 700.",
            id="botbackend.W020",
        )
