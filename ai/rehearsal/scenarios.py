"""The salon's scenarios, played with a prompt that is tried: each a test chat of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ai.claude.client import Caller
from ai.language.detect import detect_language
from ai.models import Rehearsal, Scenario, lines_of
from ai.rehearsal import chat
from ai.rehearsal.expectations import missed
from ai.wording.formats import format_number, format_when
from ai.wording.voice import Voice, known_language
from bookings.catalogue import catalogue
from bookings.engine.freshness import as_known
from bookings.engine.slots import next_slots
from bookings.models.prices import Price
from projects.models import Project


def gather(project: Project) -> list[dict[str, Any]]:
    """Return the scenarios as they are now, with the next free time and the price of their service."""
    kept = Scenario.objects.filter(project=project).select_related("service")
    prices = {one.id: one.price for one in catalogue(project=project).services}
    return [_row(project, scenario, prices) for scenario in kept]


def _row(project: Project, scenario: Scenario, prices: Mapping[int, Price | None]) -> dict[str, Any]:
    language = detect_language(scenario.said, known_language(project.language))
    price = prices.get(scenario.service_id or 0)
    said, has_time = _filled(scenario.said, "{free}", lambda: _next_free(project, scenario, language))
    says, has_price = _filled(
        scenario.says, "{price}", lambda: format_number(language, price.amount) if price else ""
    )
    wanted = {
        "outcome": scenario.outcome,
        "service": scenario.service_id,
        "service_name": scenario.service.name if scenario.service else "",
        "says": says,
        "says_not": lines_of(scenario.says_not),
    }
    row = {"scenario": scenario.pk, "said": said, "wanted": wanted, "missed": [], "new": None}
    if has_time and has_price:
        return {**row, "talk": chat.begun()}
    return _unplayed(row, "no_price" if has_time else "nothing_free")


def _filled(text: str, mark: str, value: Callable[[], str]) -> tuple[list[str], bool]:
    """Return the lines with the value for its mark, and whether there was one where it was called for."""
    lines = lines_of(text)
    if mark not in text:
        return lines, True
    known = value()
    return [line.replace(mark, known) for line in lines], bool(known)


def _unplayed(row: dict[str, Any], code: str) -> dict[str, Any]:
    """What cannot be asked is red, and costs nothing."""
    empty = {"text": "", "notes": [], "usd": "0"}
    return {**row, "missed": [{"code": code, "words": ""}], "new": empty}


def _next_free(project: Project, scenario: Scenario, language: str) -> str:
    """Return the next free time of the service from tomorrow on, as a client would write it; "" = none."""
    voice = Voice.of(project, language)
    tomorrow = datetime.combine(voice.today + timedelta(days=1), datetime.min.time(), voice.zone)
    services = [scenario.service_id] if scenario.service_id else []
    with as_known():
        found = next_slots(project=project, service_ids=services, after=tomorrow, limit=1) if services else []
    return format_when(language, voice.local(found[0].start), today=voice.today) if found else ""


def answer(rehearsal: Rehearsal, row: dict[str, Any], caller: Caller) -> None:
    """Say the next message of a scenario; after its last one judge the answers. Raises ClaudeErrors."""
    talk = row["talk"]
    said = sum(line["who"] == "client" for line in talk["lines"])
    talk["lines"].append({"who": "client", "text": row["said"][said], "at": timezone.now().isoformat()})
    chat.answer(rehearsal, talk, caller)
    if said + 1 < len(row["said"]):
        return
    lines = [line for line in talk["lines"] if line["who"] == "bot"]
    notes = list(dict.fromkeys(note for line in lines for note in line["notes"]))
    usd = sum((Decimal(line["usd"]) for line in lines), Decimal(0))
    row["new"] = {"text": lines[-1]["text"], "notes": notes, "usd": str(usd)}
    row["missed"] = missed(row["wanted"], lines)
