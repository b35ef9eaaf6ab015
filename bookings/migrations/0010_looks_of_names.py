"""Keys and indexes of names whose comparing form has changed: stress, strokes, letters of other alphabets.

Nothing is merged. Of names that are one by now the row in use has the key, the others keep their name and get
a key with their id, which `doctor` reports. Names that no key of encryption opens are passed over. Backwards there
is nothing to do: the version before reads every name, it only takes some of them for different ones.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import migrations

from botbackend.lib.crypto import UndecryptableError, blind_index
from botbackend.lib.text import comparable

BATCH = 500
LONGEST_KEY = 400


def renew(apps: Any, schema_editor: Any) -> None:
    """Give every name the key and the index of its form of today."""
    for model in ("Specialist", "Service", "Resource"):
        _renew_keys(apps.get_model("bookings", model).objects)
    clients = apps.get_model("bookings", "Client").objects.only("pk", "name", "name_index")
    for batch in _batches(clients):
        changed = [client for client in batch if client.name_index != _index(client.name)]
        for client in changed:
            client.name_index = _index(client.name)
        clients.bulk_update(changed, ["name_index"])


def _index(name: str) -> str:
    return blind_index(comparable(name), purpose="client.name")


def _renew_keys(rows: Any) -> None:
    seen: set[tuple[int, str]] = set()
    changed = []
    for row in rows.order_by("project_id", "-is_active", "pk").only("pk", "project_id", "name", "name_key"):
        key = comparable(row.name)[:LONGEST_KEY]
        wanted = f"{key}\n{row.pk}" if (row.project_id, key) in seen else key
        seen.add((row.project_id, key))
        if row.name_key != wanted:
            changed.append((row, wanted))
    # A key may have been another row's: nobody has it while it changes hands.
    for last in (False, True):
        for row, wanted in changed:
            row.name_key = wanted if last else f"\n{row.pk}"
        rows.bulk_update([row for row, _ in changed], ["name_key"], batch_size=BATCH)


def _batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = keys[-1]
        yield _read(lambda keys=keys: rows.filter(pk__in=keys).order_by("pk"))


def _read(rows: Callable[[], Any]) -> list[Any]:
    """Return the rows; where one of them cannot be opened, the others."""
    try:
        return list(rows())
    except UndecryptableError:
        return [row for key in rows().values_list("pk", flat=True) for row in _read_one(rows().filter(pk=key))]


def _read_one(rows: Any) -> list[Any]:
    try:
        return list(rows)
    except UndecryptableError:
        return []


class Migration(migrations.Migration):
    dependencies = [("bookings", "0009_hours_checked_at_the_end")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
