"""Holds a step against what its file says must come of it, and the end against the rows that must stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from botbackend.workshop.evaluation.playing import acts, says
from botbackend.workshop.evaluation.playing.burst import Burst
from botbackend.workshop.evaluation.playing.conversation import Conversation, Then
from botbackend.workshop.evaluation.playing.salon import Salon
from botbackend.workshop.evaluation.playing.shown import Card, Shown, others_of, visits_of
from botbackend.workshop.evaluation.playing.verdict import Verdict


@dataclass(frozen=True)
class Known:
    """What a step is judged with: what was said and the card that stood before it, and what others had."""

    talk: Conversation
    salon: Salon
    last_card: Card | None
    taken: list[Shown]
    told: str = ""


def judge_step(then: Then, bursts: Sequence[Burst], known: Known) -> Verdict:
    """Return what is said of a step; of several right ways the one that fits best counts."""
    verdicts = [_judge(way, bursts, known) for way in then.ways()]
    return min(verdicts, key=lambda verdict: (len(verdict.problems), len(verdict.doubts)))


def asks_back(burst: Burst) -> bool:
    """Say whether the bot asked something and did nothing."""
    return "?" in "".join(burst.replies) and not burst.cards and burst.before == burst.after


def _judge(then: Then, bursts: Sequence[Burst], known: Known) -> Verdict:
    verdict = Verdict()
    last, talk = bursts[-1], known.talk
    text = "\n".join(reply for burst in bursts for reply in burst.replies)
    if not then.silent and not all(burst.replies for burst in bursts):
        verdict.problems.append("there is no reply")
    if any(len({turn.pk for turn in burst.turns if turn.outcome == "replied"}) > 1 for burst in bursts):
        verdict.problems.append("one burst got more than one reply")
    if then.silent and text:
        verdict.problems.append("there should be no reply")
    acts.judge_cards(then, bursts, text, verdict)
    acts.judge_receipt(then, bursts, known.last_card, verdict)
    acts.judge_tasks(then, bursts, known.salon, verdict)
    acts.judge_note(then, bursts, verdict)
    today = last.at.astimezone(known.salon.zone).date()
    says.judge_words(then, text, verdict, told=known.told)
    says.judge_times(then, text, today, verdict)
    says.judge_language(then.language or talk.language, [r for b in bursts for r in b.replies], verdict)
    if others_of(known.salon) != known.taken:
        verdict.problems.append("a visit of somebody else was changed")
    verdict.problems += [problem for burst in bursts for problem in burst.mismatches]
    return verdict


def judge_end(talk: Conversation, salon: Salon, taken: list[Shown]) -> Verdict:
    """Return what is said of the client's bookings, of the client and of the others' visits."""
    verdict = Verdict()
    rows = visits_of(salon)
    acts.judge_rows("the end", talk.end, rows, verdict, standing=True)
    acts.judge_notes(talk.end, rows, verdict)
    client = salon.client
    client.refresh_from_db()
    for name, wanted in talk.client_after.items():
        if getattr(client, name) != wanted:
            verdict.problems.append(f"the client's {name} is {getattr(client, name)!r}, not {wanted!r}")
    if others_of(salon) != taken:
        verdict.problems.append("a visit of somebody else was changed")
    return verdict
