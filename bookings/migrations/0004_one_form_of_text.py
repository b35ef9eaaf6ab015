"""Names and phones that earlier versions wrote, in the one form in which they are stored and compared.

Nothing is merged. Of names that are one by now the row in use gets the key, the others keep their name and get a key
with their id, which `doctor` reports. Clients who turn out to have one phone stay two rows, both found by it; a
phone that no country can dial stays as it was. Values that none of the keys opens are passed over.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import migrations
from django.db.models import Q
from django.db.models.functions import Length

from botbackend.lib.crypto import UndecryptableError, blind_index
from botbackend.lib.phones import e164_or_blank, home_country
from botbackend.lib.text import canonical, comparable

BATCH = 500
LONGEST_KEY = 400


def fill(apps: Any, schema_editor: Any) -> None:
    """Bring everything into the one form."""
    for model in ("Specialist", "Service", "Resource"):
        _fill_keys(apps.get_model("bookings", model))
    countries = _countries(apps)
    for client in _opened(apps.get_model("bookings", "Client").objects.all(), ["name", "name_index", "phone", "phone_index"]):
        client.name = canonical(client.name)
        client.name_index = blind_index(comparable(client.name), purpose="client.name")
        client.phone = _dialled(client.phone, countries[client.project_id])
        client.phone_index = _phone_index(client.phone)
    for booking in _opened(_with_guests(apps), ["guest_name", "guest_phone"]):
        booking.guest_name = canonical(booking.guest_name)
        booking.guest_phone = _dialled(booking.guest_phone, countries[booking.project_id])


def unfill(apps: Any, schema_editor: Any) -> None:
    """Give names the index that the version before looks for; the one form is one of those it can read."""
    for client in _opened(apps.get_model("bookings", "Client").objects.all(), ["name_index"]):
        client.name_index = blind_index(" ".join(client.name.split()).casefold(), purpose="client.name")


def _fill_keys(model: Any) -> None:
    seen: set[tuple[int, str]] = set()
    rows = list(model.objects.order_by("project_id", "-is_active", "pk"))
    for row in rows:
        key = comparable(row.name)[:LONGEST_KEY]
        if (row.project_id, key) in seen:
            row.name_key = f"{key}\n{row.pk}"
        else:
            row.name, row.name_key = canonical(row.name) or row.name, key
        seen.add((row.project_id, key))
    model.objects.bulk_update(rows, ["name", "name_key"], batch_size=BATCH)


def _countries(apps: Any) -> dict[int, str]:
    rows = apps.get_model("projects", "Project").objects.values_list("pk", "country", "timezone", "currency")
    return {pk: country or home_country(timezone=zone, currency=money) for pk, country, zone, money in rows}


def _with_guests(apps: Any) -> Any:
    """Return the bookings for somebody else; an encrypted column tells by its length only that it holds something."""
    rows = apps.get_model("bookings", "Booking").objects
    lengths = rows.annotate(named=Length("guest_name"), called=Length("guest_phone"))
    return lengths.filter(Q(named__gt=0) | Q(called__gt=0))


def _dialled(phone: str, country: str) -> str:
    return e164_or_blank(phone, country=country) or phone


def _phone_index(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    return blind_index(digits.removeprefix("00"), purpose="client.phone")


def _opened(rows: Any, fields: list[str]) -> Iterator[Any]:
    """Yield the rows that can be read, by the hundred, and store the fields afterwards."""
    last = 0
    while True:
        keys = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        last = keys[-1]
        batch = _read(lambda keys=keys: rows.filter(pk__in=keys).order_by("pk"))
        yield from batch
        rows.model.objects.bulk_update(batch, fields)


def _read(rows: Callable[[], Any]) -> list[Any]:
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
    dependencies = [("bookings", "0003_name_keys")]

    operations = [migrations.RunPython(fill, unfill)]
