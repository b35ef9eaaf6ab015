"""What a reply says: facts, questions, days and times, its language."""

from collections.abc import Sequence
from datetime import date, datetime

from ai.language.detect import detect_language
from botbackend.workshop.evaluation.playing.conversation import Then, Window
from botbackend.workshop.evaluation.playing.meanings import says_same_hour, tells
from botbackend.workshop.evaluation.playing.verdict import Verdict
from botbackend.workshop.evaluation.playing.words import Named, named_days, named_times, plain

_LONGEST_SMALLTALK = 300


def judge_words(then: Then, text: str, verdict: Verdict, *, told: str = "") -> None:
    """Look for what must and must not stand there; `told` is what the salon said just before.

    What is asked exactly, a person has to see.
    """
    for said in then.mentions:
        if not tells(said, text, told):
            verdict.problems.append(f"does not say: {said.fact} ({' / '.join(said.says)})")
    verdict.problems += [f"says {part!r}" for part in then.never if plain(part) in plain(text)]
    if then.asks and "?" not in text:
        verdict.problems.append(f"does not ask for {' or '.join(then.asks)}")
    elif then.asks:
        verdict.doubts.append(f"does it ask for {' or '.join(then.asks)}?")
    if then.not_asks and "?" in text:
        verdict.doubts.append(f"does it ask for {' or '.join(then.not_asks)}, which is known?")
    if then.smalltalk and len(text) > _LONGEST_SMALLTALK:
        verdict.doubts.append("is it short enough for smalltalk?")


def judge_times(then: Then, text: str, today: date, verdict: Verdict) -> None:
    """Look for the times that must be offered, and for such as do not fit."""
    named = named_times(text, today)
    lacking = [start for start in then.offers if not _has(named, start)]
    verdict.problems += [f"does not offer {start:%Y-%m-%dT%H:%M}" for start in lacking]
    days = named_days(text, today) if says_same_hour(text) else set()
    if then.offers_one_of and not any(
        _has(named, start) or start.date() in days for start in then.offers_one_of
    ):
        starts = ", ".join(f"{start:%Y-%m-%dT%H:%M}" for start in then.offers_one_of)
        verdict.problems.append(f"offers none of {starts}")
    for window in then.offers_only:
        if not any(_within(window, one) for one in named):
            verdict.problems.append(f"offers nothing in {_told(window)}")
    _stray(then, named, verdict)
    for row in then.tells_visits:
        if not any(_has(named, start) for start in row.start):
            verdict.problems.append(f"does not tell the visit at {row.start[0]:%Y-%m-%dT%H:%M}")
        elif not {start.date() for start in row.start} & named_days(text, today):
            verdict.problems.append(f"does not tell the day of the visit at {row.start[0]:%Y-%m-%dT%H:%M}")
    if then.refuses and named:
        verdict.doubts.append(f"refuses {then.refuses.get('service')}: what are the times for?")


def _stray(then: Then, named: Sequence[Named], verdict: Verdict) -> None:
    """A time may be named because it is taken, or as an hour of work: a person has to see."""
    windows = then.offers_only
    strays = {one.time for one in named if not any(_within(window, one) for window in windows)}
    if windows and strays:
        verdict.doubts.append(f"only fitting times may be offered; what is {', '.join(sorted(strays))}?")
    closed = then.nothing_in
    if closed is not None:
        inside = {one.time for one in named if one.day is not None and _within(closed, one)}
        if inside:
            verdict.doubts.append(f"nothing is free in {_told(closed)}; what is {', '.join(sorted(inside))}?")


def _has(named: Sequence[Named], start: datetime) -> bool:
    return any(one.time == f"{start:%H:%M}" and one.day in (None, start.date()) for one in named)


def _within(window: Window, one: Named) -> bool:
    return (one.day is None or window.has_day(one.day)) and window.has_time(one.time)


def _told(window: Window) -> str:
    given = window.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in given.items())


def judge_language(wanted: str, replies: Sequence[str], verdict: Verdict) -> None:
    """Hold each reply against the language; one that tells nothing ("👍") fits any."""
    for reply in replies:
        found = detect_language(reply, wanted)
        if found != wanted:
            verdict.problems.append(f"is in {found}, not {wanted}: {reply[:60]!r}")
