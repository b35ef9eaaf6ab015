"""Keys for the clients of before, in small transactions, and the indexes, built while everybody works.

What old code writes meanwhile lacks keys, or has those of the name before: `bookings.search_keys` of the clock
finds it by the index of what is missing. A run that was stopped may be started again.
"""

from typing import Any

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models, transaction

from bookings.models.search_keys import search_keys
from botbackend.lib.crypto import UndecryptableError

BATCH = 200
_INDEXED = models.expressions.CombinedExpression(
    models.F("name_index"), "||", models.F("phone_index"), output_field=models.CharField(max_length=80)
)
_MISSING = ~models.Q(searched_index=_INDEXED)


def fill(apps: Any, schema_editor: Any) -> None:
    """Give keys to every client who has none."""
    clients, last = apps.get_model("bookings", "Client").objects, 0
    while True:
        keys = list(clients.filter(_MISSING, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        last = keys[-1]
        try:
            _fill(clients, keys)
        except UndecryptableError:
            for key in keys:
                _fill_if_readable(clients, key)


def _fill_if_readable(clients: Any, key: int) -> None:
    try:
        _fill(clients, [key])
    except UndecryptableError:
        return  # nobody can read it, so nobody looks for it


@transaction.atomic
def _fill(clients: Any, keys: list[int]) -> None:
    """Read under the lock: a name that is written meanwhile would keep the keys of the one before."""
    rows = clients.select_for_update(no_key=True).only("project_id", "name", "phone", "name_index", "phone_index")
    found = list(rows.filter(pk__in=keys).order_by("pk"))
    for client in found:
        client.search_keys = search_keys(project_id=client.project_id, name=client.name, phone=client.phone)
        client.searched_index = client.name_index + client.phone_index
    clients.bulk_update(found, ["search_keys", "searched_index"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0020_search_keys")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "SET statement_timeout = 0"),
        migrations.RunSQL(
            ["DROP INDEX CONCURRENTLY IF EXISTS client_search_keys"], migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["search_keys"], name="client_search_keys"
            ),
        ),
        migrations.RunSQL(
            ["DROP INDEX CONCURRENTLY IF EXISTS client_keys_missing"], migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            model_name="client",
            index=models.Index(condition=_MISSING, fields=["id"], name="client_keys_missing"),
        ),
        migrations.RunSQL("RESET statement_timeout", "RESET statement_timeout"),
    ]
