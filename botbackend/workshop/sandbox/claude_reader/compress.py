"""A summary of a dialogue, filled into whatever schema the request brings."""

from __future__ import annotations

import re
from typing import Any

from ..claude_script import filled
from ..wire import Json
from .language import detect
from .request import text_of

SUMMARY_CHARACTERS = 600


def compress(body: Json) -> Json:
    """Every required key of the schema, the summary and the language from the dialogue."""
    schema: Json = body["output_config"]["format"]["schema"]
    texts = [text_of(message["content"]) for message in body["messages"]]
    whole = re.sub(r"\s+", " ", " ".join(texts)).strip()
    value: Any = filled(schema)
    value["summary"] = f"{len(texts)} messages. {whole[:SUMMARY_CHARACTERS]}"
    if "language" in value:
        value["language"] = detect(whole, "")
    return dict(value)
