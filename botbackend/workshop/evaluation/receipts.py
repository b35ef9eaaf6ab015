"""The client is told of a visit made, moved or cancelled if and only if that row was committed.

Told by own words lists, not the guard's: the product is not judged with its own measure.
"""

import re
from collections.abc import Iterator, Sequence

from botbackend.workshop.evaluation.rows import Change, Kind, Row
from botbackend.workshop.evaluation.world import World

_CLAIMS: dict[Kind, re.Pattern[str]] = {
    "book": re.compile(
        r"ви записан|вас записа(?:в|ла|ли|но)|заброньован|забронюва(?:в|ла|ли)"
        r"|запис (?:створено|підтверджено)"
        r"|вы записан|вас записал|записал[аи]? вас|забронирован|запись (?:создана|подтверждена)"
        r"|you(?:'re| are|'ve been| have been) (?:now |all )?(?:booked|scheduled)"
        r"|(?:i|we)(?:'ve| have)? (?:just )?booked"
        r"|(?:booking|appointment|visit|reservation) (?:is|has been) (?:now )?(?:booked|confirmed)"
        r"|(?:wizyta|termin) (?:\w+ )?(?:zapisan|zarezerwowan|potwierdzon|umówion)|zapisa(?:łam|łem|liśmy)"
        r"|jest pani? (?:już )?(?:zapisan|umówion)"
    ),
    "change": re.compile(
        r"перенесено|перен(?:если|есла|іс)\b|перенесен[аы]?\b"
        r"|(?:has been|have(?: been)?|was|is now) (?:moved|rescheduled|changed)"
        r"|візит змінено|визит измен[её]н|wizyta zmieniona"
        r"|(?:i|we)(?:'ve)? (?:moved|rescheduled)|przełożon|przełoży(?:łam|łem|liśmy)"
    ),
    "cancel": re.compile(
        r"скасовано|скасува(?:в|ла|ли)\b|відмінено|отменен[аоы]?\b|отменил[аи]?\b|\bcancell?ed\b"
        r"|odwołan|odwoła(?:łam|łem|liśmy)|anulowan"
    ),
}
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_DENIAL = re.compile(r"(?<!\w)(?:не|ще не|еще не|not|never|nothing|nie|no)(?:\s+\w+){0,2}\s*$|n't\s*$")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d{2})(?!\d)")


def claimed_kinds(text: str) -> set[Kind]:
    """Return what a text says was done. Questions and denials say nothing."""
    found: set[Kind] = set()
    for sentence in _SENTENCE.findall(text.lower().replace("ё", "е")):
        if sentence.rstrip().endswith("?"):
            continue
        for kind, pattern in _CLAIMS.items():
            hit = pattern.search(sentence)
            if hit is not None and not _DENIAL.search(sentence[: hit.start()]):
                found.add(kind)
    return found


def check_receipts(
    world: World, texts: Sequence[str], done: Sequence[Change], standing: Sequence[Row]
) -> Iterator[str]:
    """Hold what was said against what was done in the same step."""
    kinds = {change.kind for change in done}
    told: set[Kind] = set()
    for text in texts:
        claimed = claimed_kinds(text)
        told |= claimed
        for kind in sorted(claimed - kinds):
            if kind != "book" or not _speaks_of(world, text, standing):
                yield f"says {kind}, but no such row was committed: {text!r}"
    for change in done:
        if change.kind not in told:
            yield f"{change.kind} of {_named(world, change.row)} was committed, and the client was not told"
        elif not any(
            change.kind in claimed_kinds(text) and _has_values(world, text, change.row) for text in texts
        ):
            yield f"the receipt does not have the values of {_named(world, change.row)}"


def _speaks_of(world: World, text: str, standing: Sequence[Row]) -> bool:
    """ "You are booked for Friday at ten" is true of a visit that stands."""
    times = {(int(hour), int(minute)) for hour, minute in _CLOCK.findall(text)}
    starts = [row.start.astimezone(world.zone) for row in standing]
    return bool(times) and times <= {(start.hour, start.minute) for start in starts}


def _has_values(world: World, text: str, row: Row) -> bool:
    start = row.start.astimezone(world.zone)
    wanted = (row.service, row.specialist, f"{start:%H:%M}")
    return all(value in text for value in wanted) and bool(re.search(rf"(?<!\d){start.day}(?!\d)", text))


def _named(world: World, row: Row) -> str:
    return f"{row.service} with {row.specialist} at {row.start.astimezone(world.zone):%Y-%m-%d %H:%M}"
