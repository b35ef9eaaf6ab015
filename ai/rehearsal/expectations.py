"""What a scenario wants of an answer, and what of it was missed. Pure: no database, no model."""

from collections.abc import Sequence
from typing import Any

from ai.models import Scenario
from botbackend.lib.text import comparable

_Outcome = Scenario.Outcome


def missed(wanted: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what the bot's lines lack, or have and should not: a code, and the words that it is about."""
    found = [{"code": code, "words": ""} for code in _acts(wanted, lines)]
    last, whole = comparable(lines[-1]["text"]), [comparable(line["text"]) for line in lines]
    lacking = [words for words in wanted["says"] if comparable(words) not in last]
    found += [{"code": "lacks", "words": words} for words in lacking]
    there = [words for words in wanted["says_not"] if any(comparable(words) in one for one in whole)]
    return found + [{"code": "has", "words": words} for words in there]


def _acts(wanted: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[str]:
    visits = [line["visit"] for line in lines if line["visit"] and line["visit"]["kind"] == "book"]
    outcome = wanted["outcome"]
    if outcome == _Outcome.CARD and not visits:
        return ["no_visit"]
    if outcome == _Outcome.CARD and wanted["service"]:
        fits = any(visit["services"] == [wanted["service"]] for visit in visits)
        return [] if fits else ["other_service"]
    if outcome == _Outcome.NO_VISIT and visits:
        return ["visit"]
    called = any({"person", "task"} & set(line["notes"]) for line in lines)
    return ["no_person"] if outcome == _Outcome.PERSON and not called else []
