"""Model fields whose column holds cipher text only."""

import json
from base64 import b64encode
from typing import Any

from django.db import models
from django.db.models import Lookup

from botbackend.lib import crypto


def encrypted_text(clear: str | None) -> str | None:
    """Return what the column of an EncryptedTextField holds."""
    return crypto.encrypt(clear) if clear else clear


def encrypted_json(value: Any) -> str | None:
    """Return what the column of an EncryptedJSONField holds."""
    if value is None:
        return None
    try:
        return crypto.encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can write
        return crypto.encrypt(json.dumps(value, separators=(",", ":")))


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database; it cannot be filtered on (use a blind index).

    The empty string is stored as such: an empty name is no secret and stays visible to SQL.
    """

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypted_text(str(value))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        if value is None or value == "":
            return value
        return crypto.decrypt(value)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name not in {"isnull"}:
            return None
        return super().get_lookup(lookup_name)


class EncryptedBytesField(models.TextField[bytes, bytes]):
    """Bytes that are encrypted in the database; without any the column is empty."""

    def get_prep_value(self, value: Any) -> Any:
        return crypto.seal(value) if value else ""

    def from_db_value(self, value: str, expression: object, connection: object) -> bytes:
        return crypto.unseal(value) if value else b""

    def value_to_string(self, obj: models.Model) -> str:
        return b64encode(self.value_from_object(obj)).decode("ascii")

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        return None


class EncryptedJSONField(models.TextField[Any, Any]):
    """A JSON value that is encrypted in the database and cannot be filtered on."""

    _pyi_private_set_type: Any  # tells django-stubs that not only text goes in and comes out
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return encrypted_json(value)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        if value is None or value == "":
            return None
        return json.loads(crypto.decrypt(value))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name not in {"isnull"}:
            return None
        return super().get_lookup(lookup_name)
