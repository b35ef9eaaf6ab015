"""What was done in a step: cards, bookings, tasks for staff, remarks."""

from collections.abc import Sequence

from botbackend.workshop.evaluation.playing.burst import Burst
from botbackend.workshop.evaluation.playing.conversation import Row, Said, Then
from botbackend.workshop.evaluation.playing.salon import Salon
from botbackend.workshop.evaluation.playing.shown import Card, Shown, fits, missing
from botbackend.workshop.evaluation.playing.verdict import Verdict
from botbackend.workshop.evaluation.playing.words import has_any, plain
from dialogues.models import Dialogue

_ALARMS = {"alert", "budget"}
_KINDS = {"booked": "book", "moved": "change", "cancelled": "cancel"}
NO_NOTES = "a remark on the booking"
NO_FROM = 'prices "from"'


def judge_cards(then: Then, bursts: Sequence[Burst], text: str, verdict: Verdict) -> None:
    """Hold the newest card against the wanted one; without a wanted one there is none."""
    shown = [card for burst in bursts for card in burst.cards]
    wanted = "book" if then.card else "change" if then.change_card else "cancel" if then.cancel_card else ""
    if not wanted:
        verdict.problems += [f"an unwanted card ({card.kind}): {_listed(card.rows)}" for card in shown[-1:]]
        return
    if not shown or shown[-1].kind != wanted:
        told = f"{shown[-1].kind}: {_listed(shown[-1].rows)}" if shown else "none"
        verdict.problems.append(f"no card ({wanted}); there is {told}")
        return
    card = shown[-1]
    if then.change_card:
        judge_rows("the visit to change", [one.before for one in then.change_card], card.before, verdict)
        judge_rows("the card", [one.after for one in then.change_card], card.rows, verdict)
    else:
        judge_rows("the card", then.card or then.cancel_card, card.rows, verdict)
    if then.together and len({row.start for row in card.rows}) > 1:
        verdict.problems.append("the card's rows do not begin together")
    if then.together and len({row.specialist for row in card.rows}) < len(card.rows):
        verdict.problems.append("the card's rows are with one specialist")
    _total(then, text, verdict)


def judge_rows(
    what: str, wanted: Sequence[Row], rows: Sequence[Shown], verdict: Verdict, *, standing: bool = False
) -> None:
    """Hold rows against the wanted ones, all of them and no others."""
    found = [f"{what}: {problem}" for problem in missing(wanted, rows, standing=standing)]
    verdict.problems += found
    if any("from" in str(row.price) for row in wanted) and any(not row.knows_from for row in rows):
        verdict.unsupported.append(f"{what}: {NO_FROM}")


def _total(then: Then, text: str, verdict: Verdict) -> None:
    totals = [str(one) for one in (then.total if isinstance(then.total, list) else [then.total]) if one]
    if totals and not any(one.removeprefix("from ") in plain(text) for one in totals):
        verdict.problems.append(f"the sum {' or '.join(totals)} is not told")


def _listed(rows: Sequence[Shown]) -> str:
    return "; ".join(map(str, rows))


def judge_receipt(then: Then, bursts: Sequence[Burst], last_card: Card | None, verdict: Verdict) -> None:
    """Hold what was booked, moved and cancelled against the wanted receipt, and that against the card."""
    made, moved, cancelled = _changes(bursts[0].before, bursts[-1].after)
    done = {"booked": made, "moved": moved, "cancelled": cancelled}
    for what, rows in done.items():
        if rows and what != then.receipt:
            verdict.problems.append(f"was {what} unasked: {_listed(rows)}")
    if not then.receipt:
        return
    rows = done[then.receipt]
    if not rows:
        verdict.problems.append(f"nothing was {then.receipt}")
    elif then.rows:
        judge_rows("what was done", then.rows, rows, verdict)
    elif last_card is None or last_card.kind != _KINDS[then.receipt]:
        verdict.problems.append(f"was {then.receipt} without a card before")
    elif _places(rows) != _places(last_card.rows):
        verdict.problems.append(f"the card showed {_listed(last_card.rows)}, done was {_listed(rows)}")
    text = "\n".join(reply for burst in bursts for reply in burst.replies)
    if any(f"{row.start:%H:%M}" not in text for row in rows):
        verdict.problems.append("the receipt does not name the time")


def _places(rows: Sequence[Shown]) -> list[tuple[str, str, str]]:
    return sorted((row.service, row.specialist, f"{row.start:%Y-%m-%dT%H:%M}") for row in rows)


def _changes(before: Sequence[Shown], after: Sequence[Shown]) -> tuple[list[Shown], list[Shown], list[Shown]]:
    """Return what was made, moved (as it is now) and cancelled."""
    old = {row.pk: row for row in before}
    made = [row for row in after if row.pk not in old and row.status == "booked"]
    both = [(old[row.pk], row) for row in after if row.pk in old]
    cancelled = [now for was, now in both if was.status == "booked" and now.status == "cancelled"]
    moved = [now for was, now in both if now.status == "booked" and _places([was]) != _places([now])]
    return made, moved, cancelled


def judge_tasks(then: Then, bursts: Sequence[Burst], salon: Salon, verdict: Verdict) -> None:
    """Hold the tasks that staff got against the wanted one."""
    kinds = [kind for burst in bursts for kind in burst.tasks if kind not in _ALARMS]
    led = Dialogue.objects.filter(client=salon.client, mode=Dialogue.Mode.HUMAN).exists()
    if then.handoff != led:
        verdict.problems.append("a person leads the talk now" if led else "no person was called")
    if then.staff_task and not kinds:
        verdict.problems.append(f"staff got no task ({' or '.join(then.staff_task)})")
    elif then.staff_task and not set(kinds) & set(then.staff_task):
        verdict.problems.append(f"staff got {', '.join(kinds)}, not {' or '.join(then.staff_task)}")
    elif kinds and not (then.staff_task or then.may_ask_staff or then.handoff):
        verdict.problems.append(f"staff got a task ({', '.join(kinds)})")


def judge_note(then: Then, bursts: Sequence[Burst], verdict: Verdict) -> None:
    """Look for the remark on the card or the booking that the step is about."""
    if then.note_on_booking is None:
        return
    rows = [row for burst in bursts for card in burst.cards for row in card.rows]
    _note("", then.note_on_booking, rows or list(bursts[-1].after), verdict)


def judge_notes(wanted: Sequence[Row], rows: Sequence[Shown], verdict: Verdict) -> None:
    """Look for the remarks that must stand at the end."""
    for row in wanted:
        if row.note is not None:
            fitting = [one for one in rows if fits(row, one)]
            _note(f"{row.service}: ", row.note, fitting, verdict)


def _note(place: str, wanted: Said, rows: Sequence[Shown], verdict: Verdict) -> None:
    if any(row.note is None for row in rows):
        verdict.unsupported.append(NO_NOTES)
    elif not any(has_any(row.note or "", wanted.says) for row in rows):
        notes = ", ".join(repr(row.note) for row in rows)
        verdict.problems.append(f"{place}the remark is not kept ({wanted.fact}); there is {notes or 'none'}")
