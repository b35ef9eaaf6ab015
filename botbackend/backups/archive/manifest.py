"""What a backup says of itself; it is sealed with the dump, and what is put back is held against it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from botbackend.backups.errors import Unreadable

FORMAT = 1


@dataclass(frozen=True)
class TableCount:
    """The rows of a table, and a sum over a hash of each: equal in whatever order they stand."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """`server` is PostgreSQL's version as a number (180006), `tools` the major version of pg_dump.

    `canary` holds the columns of the row that tells whose keys wrote the database; {} = it had none.
    """

    made_at: datetime
    version: str
    database: str
    server: int
    tools: int
    migrations: tuple[str, ...]
    tables: Mapping[str, TableCount]
    canary: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> bytes:
        """Return what `from_json` reads."""
        told = {**asdict(self), "format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(told, separators=(",", ":")).encode()

    @staticmethod
    def from_json(raw: bytes) -> "Manifest":
        """Read what `to_json` wrote. Raises Unreadable for that of a newer program."""
        told: dict[str, Any] = json.loads(raw)
        if told.pop("format", None) != FORMAT:
            raise Unreadable("a newer version of this program made the backup: install that one")
        tables = {name: TableCount(**count) for name, count in told.pop("tables").items()}
        made_at = datetime.fromisoformat(told.pop("made_at"))
        migrations = tuple(told.pop("migrations"))
        return Manifest(made_at=made_at, migrations=migrations, tables=tables, **told)


def differences(wanted: Mapping[str, TableCount], found: Mapping[str, TableCount]) -> list[str]:
    """Say table by table what is not as it was; an empty list if all is."""
    told = []
    for name in sorted(wanted.keys() | found.keys()):
        was, stands = wanted.get(name), found.get(name)
        if was is None:
            told.append(f"{name} was not in the backup")
        elif stands is None:
            told.append(f"{name} is missing")
        elif was.rows != stands.rows:
            told.append(f"{name} has {stands.rows} rows instead of {was.rows}")
        elif was.digest != stands.digest:
            told.append(f"{name} has other content")
    return told
