"""JSON in which nothing looks like markup: what people write is in it, and pages read it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

_NO_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def json_text(values: Any, *, indent: int | None = None) -> str:
    """Return JSON in which nothing looks like markup, wherever it is put; to programs it is the same."""
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent).translate(_NO_MARKUP)
