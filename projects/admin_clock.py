"""One clock per page of the admin: the salon's, also in what is stored as JSON."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import JSONField, Model
from django.utils import timezone

from botbackend.lib.fields import EncryptedJSONField
from projects.models import Project

# An instant names its zone; what has none is a clock's time already, the salon's.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)(?!\d)")


def turn_clock_to(project_id: int) -> None:
    """Show the salon's time until the end of the request; the page is rendered after the view returned."""
    zone = Project.objects.filter(pk=project_id).values_list("timezone", flat=True).first()
    if zone is not None:
        timezone.activate(zone)


def on_clock(text: str) -> str:
    """Return the text with every instant in it as the clock of the page shows it."""
    return _INSTANT.sub(lambda found: _local(found[0]), text)


def _local(instant: str) -> str:
    try:
        return f"{timezone.localtime(datetime.fromisoformat(instant)):%Y-%m-%d %H:%M %Z}"
    except (ValueError, OverflowError):
        return instant


def shown(model: type[Model], name: Any) -> Any:
    """Return what a page that only shows this field has in its place: JSON is shown on the clock."""
    try:
        field = model._meta.get_field(name)
    except (FieldDoesNotExist, TypeError, AttributeError):
        return name
    return (
        _column(name, str(field.verbose_name)) if isinstance(field, JSONField | EncryptedJSONField) else name
    )


@cache
def _column(name: str, title: str) -> Callable[[Model], str | None]:
    @admin.display(description=title, empty_value="-")
    def column(row: Model) -> str | None:
        value = getattr(row, name)
        return None if value is None else on_clock(json.dumps(value, ensure_ascii=False, default=str))

    return column
