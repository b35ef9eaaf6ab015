"""What a Django template gives to be translated, as Django looks it up."""

import re
from collections.abc import Iterator

Found = tuple[int, str | tuple[str, str]]  # the line, the text or its two numbers

_TAG = re.compile(r"{%\s*(?:translate|trans)\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_IN_EXPRESSION = re.compile(r"_\((\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)")
_BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b(?P<options>[^%]*)%}(?P<one>.*?)"
    r"(?:{%\s*plural\s*%}(?P<many>.*?))?{%\s*endblocktrans(?:late)?\s*%}",
    re.DOTALL,
)
_VARIABLE = re.compile(r"{{\s*([\w.]+)\s*}}")


def texts(source: str) -> Iterator[Found]:
    """Yield every text of a template with its line.

    Signs of percent are doubled and variables written as `%(name)s`, for so Django asks for them.
    """
    for pattern in (_TAG, _IN_EXPRESSION):
        for found in pattern.finditer(source):
            yield _line(source, found), found[1][1:-1].replace('\\"', '"').replace("%", "%%")
    for found in _BLOCK.finditer(source):
        trimmed = "trimmed" in found["options"].split()
        one = _asked_for(found["one"], trimmed=trimmed)
        many = found["many"]
        yield _line(source, found), one if many is None else (one, _asked_for(many, trimmed=trimmed))


def _line(source: str, found: re.Match[str]) -> int:
    return source.count("\n", 0, found.start()) + 1


def _asked_for(body: str, *, trimmed: bool) -> str:
    text = _VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))
    return " ".join(line.strip() for line in text.strip().splitlines()).strip() if trimmed else text
