"""A played conversation to read, and the table of all of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botbackend.workshop.evaluation.playing.burst import Burst, Exchange, Played
from botbackend.workshop.evaluation.playing.recorded import Recorded, answers_of, write_recorded
from botbackend.workshop.evaluation.playing.relay import Asked
from botbackend.workshop.evaluation.playing.verdict import Verdict


def recorded_of(played: Played) -> Recorded:
    """Return the answers that were given, to be played again."""
    bursts = [answers_of(burst.asked) for burst in played.bursts]
    return Recorded(name=played.talk.name, ids=played.ids, bursts=bursts)


def write_played(played: Played, folder: Path) -> None:
    """Write the answers as `NAME.json` and the transcript as `NAME.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_recorded(folder / f"{played.talk.name}.json", recorded_of(played))
    lines = "\n".join(transcript(played))
    (folder / f"{played.talk.name}.md").write_text(lines + "\n", encoding="utf-8")


def transcript(played: Played) -> list[str]:
    """Return the conversation in lines: words, what Claude was asked and answered, rows, verdicts."""
    lines = [f"# {played.talk.name}", "", played.talk.shows]
    for number, exchange in enumerate(played.exchanges, 1):
        lines += ["", f"## Step {number}", *_exchange(exchange)]
    return [*lines, "", "## The end", *_verdict(played.end)]


def _exchange(exchange: Exchange) -> list[str]:
    lines: list[str] = []
    for burst in exchange.bursts:
        lines += ["", *_burst(burst)]
    return [*lines, "", *_verdict(exchange.verdict)]


def _burst(burst: Burst) -> list[str]:
    lines = [f"CLIENT ({burst.at:%Y-%m-%d %H:%M:%S} UTC): {text}" for text in burst.said]
    lines += [_asked(one) for one in burst.asked]
    lines += [f"GUARD {told}" for turn in burst.turns for told in _guarded(turn.trace)]
    lines += [
        f"TURN {turn.mode}, {turn.outcome}{', ' if turn.note else ''}{turn.note}" for turn in burst.turns
    ]
    lines += [f"BOT: {reply}" for reply in burst.replies]
    lines += [f"CARD {card.kind}: {'; '.join(map(str, card.rows))}" for card in burst.cards]
    lines += [f"TASK {kind}" for kind in burst.tasks]
    lines += [f"ROW {row} ({row.status})" for row in burst.after if row not in burst.before]
    return lines


def _asked(one: Asked) -> str:
    return f"CLAUDE {one.kind} ({one.request.get('model')}): {one.answer}"


def _guarded(trace: Any) -> list[Any]:
    return list(trace.get("guard") or []) if isinstance(trace, dict) else []


def _objects(told: Any) -> bool:
    """Say whether an entry of the guard names anything beside the text that it read."""
    return any(value for key, value in told.items() if key != "text")


def _verdict(verdict: Verdict) -> list[str]:
    return verdict.lines() or ["RIGHT"]


def table(all_played: Sequence[Played]) -> list[str]:
    """Return a row per conversation: turns, right ones, requests, drafts that the guard refused, the end."""
    lines = [
        "| conversation | turns | right | requests | guard | end | look | not supported |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_line(played.talk.name, *_figures(played)) for played in all_played]
    sums = [sum(column) for column in zip(*(_figures(played) for played in all_played), strict=True)]
    return [*lines, _line(f"{len(all_played)} conversations", *sums)] if all_played else lines


def _line(name: str, *figures: int) -> str:
    return f"| {name} | {' | '.join(map(str, figures))} |"


def _figures(played: Played) -> tuple[int, ...]:
    verdicts = [exchange.verdict for exchange in played.exchanges]
    everything = [*verdicts, played.end]
    return (
        len(verdicts),
        sum(not verdict.problems for verdict in verdicts),
        sum(len(burst.asked) for burst in played.bursts),
        sum(_objects(told) for b in played.bursts for turn in b.turns for told in _guarded(turn.trace)),
        int(not played.end.problems),
        sum(len(verdict.doubts) for verdict in everything),
        sum(len(verdict.unsupported) for verdict in everything),
    )
