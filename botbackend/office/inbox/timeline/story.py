"""A turn of the assistant as people read it: what it read, understood, looked up, checked, did and cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ai.models import Turn
from botbackend.lib.errors import DomainError
from botbackend.office.desk import Desk
from botbackend.office.dollars import dollars
from botbackend.office.inbox.timeline.names import Names, prompt_of
from botbackend.office.inbox.timeline.steps import Fact, Step, Wording, labelled, quoted
from botbackend.office.inbox.timeline.tools import tell_tool
from botbackend.office.inbox.timeline.wishes import tell_understood
from botbackend.office.inbox.words import first_line
from botbackend.office.refusals import told
from dialogues.models import Message

Json = dict[str, Any]

_OUTCOMES: dict[str, Promise] = {
    Turn.Outcome.RUNNING: gettext_lazy("It is still being answered."),
    Turn.Outcome.REPLIED: gettext_lazy("The assistant answered."),
    Turn.Outcome.DISCARDED: gettext_lazy("Nothing was sent: the client wrote more meanwhile."),
    Turn.Outcome.HANDED_OFF: gettext_lazy("The assistant called a person."),
    Turn.Outcome.SKIPPED: gettext_lazy("Nothing was sent: a person leads the talk, or the client left."),
    Turn.Outcome.FAILED: gettext_lazy("The answer failed."),
}
_CALLS: dict[str, Promise] = {
    "understand": gettext_lazy("Understanding"),
    "respond": gettext_lazy("Answering"),
    "check": gettext_lazy("Checking"),
}
_CHECKS: dict[str, Promise] = {
    "asked": gettext_lazy("Every statement was compared with the facts by a second look of the model."),
    "not asked": gettext_lazy("Figures and claims were compared with the facts by the program."),
    "not to be had": gettext_lazy(
        "The second look could not be had in time; the program's own check decided."
    ),
}
_FAULTS: dict[str, Promise] = {
    "reference": gettext_lazy("It names something that is not known"),
    "figure": gettext_lazy("A figure that nothing backs"),
    "claim": gettext_lazy("It claims something that was not done"),
    "internal": gettext_lazy("It tells of the assistant's own instructions"),
    "language": gettext_lazy("It is in the wrong language"),
    "unsupported": gettext_lazy("A statement that nothing backs"),
}
_DEEDS: dict[str, Promise] = {
    "propose_book": gettext_lazy("Showed the client a visit and asked to confirm it."),
    "propose_change": gettext_lazy("Showed the client the move and asked to confirm it."),
    "propose_cancel": gettext_lazy("Showed the client what would be cancelled and asked to confirm it."),
    "book": gettext_lazy("Booked it."),
    "change": gettext_lazy("Moved the visit."),
    "cancel": gettext_lazy("Cancelled the visit."),
    "decline": gettext_lazy("Let go what was proposed: the client said no."),
}
_TOLD = {
    "messages", "heard", "understanding", "prompts", "calls", "tools", "guard", "operations", "reply"
}  # fmt: skip

_SHORTEST = 0.1  # seconds: less is not told from nothing


@dataclass(frozen=True)
class Story:
    """A turn in words. `technical` is for operators: models, tokens, and what nobody found words for."""

    outcome: str
    note: str
    steps: tuple[Step, ...]
    seconds: str
    cost: str
    technical: tuple[Fact, ...]


def tell(*, turn: Turn, desk: Desk) -> Story:
    """Return the turn in the language of the person who asks; three queries."""
    trace: Json = turn.trace if isinstance(turn.trace, dict) else {}
    names = Names(desk.salon)
    calls = _listed(trace.get("calls"))
    steps = [
        _read(trace, turn),
        _understood(trace, turn, names, calls),
        *(tell_tool(call, names) for call in _listed(trace.get("tools"))),
        *(_checked(one, calls, place) for place, one in enumerate(_listed(trace.get("guard")))),
        _did(trace, turn),
        _took(turn, calls, desk.language),
    ]
    took = (turn.finished_at - turn.started_at).total_seconds() if turn.finished_at else None
    return Story(
        outcome=str(_OUTCOMES.get(turn.outcome, turn.outcome)),
        note=turn.note,
        steps=tuple(step for step in steps if step is not None),
        seconds=_seconds(took, desk.language),
        cost=_money(turn.cost_usd),
        technical=_technical(trace, turn, calls, desk.language) if desk.is_operator else (),
    )


def _read(trace: Json, turn: Turn) -> Step:
    """What the client had written; the words themselves stand in the talk."""
    words = Wording()
    ids = [one for one in trace.get("messages") or [] if isinstance(one, int)]
    heard = set(trace.get("heard") or [])
    rows = Message.objects.filter(dialogue=turn.dialogue_id, pk__in=ids).order_by("pk")
    for row in rows.only("kind", "text", "media", "direction", "author", "written_by"):
        mark = _("(heard in a recording)") if row.pk in heard else ""
        words.say(f"{quoted(first_line(row, me=''))} {mark}".strip())
    return words.as_step(_("The client wrote"))


def _understood(trace: Json, turn: Turn, names: Names, calls: list[Json]) -> Step:
    words = Wording()
    understanding = trace.get("understanding")
    if isinstance(understanding, dict):
        tell_understood(understanding, names, words)
    elif turn.mode == Turn.Mode.GUIDED:
        words.say(_("No model was at hand, so the numbered menus answered."))
        words.tell(_("Why"), turn.note)
    else:
        words.say(_("It was plain enough to be answered without a model."))
    words.tell(_("Prompts in force"), [prompt_of(str(one)) for one in trace.get("prompts") or []])
    return words.as_step(_("Understood"), seconds=_spent(calls, "understand"))


def _checked(guard: Json, calls: list[Json], place: int) -> Step:
    words = Wording()
    faults = _listed(guard.get("violations"))
    for fault in faults:
        words.tell(_FAULTS.get(str(fault.get("kind")), _("A mistake")), str(fault.get("detail", "")))
    if not faults:
        words.say(_("Nothing wrong was found."))
    words.say(str(_CHECKS.get(str(guard.get("check")), "")))
    if guard.get("text") and faults:
        words.tell(_("Draft"), quoted(guard["text"]))
    title = _("Checked the draft") if place == 0 else _("Checked the corrected draft")
    checks = [call for call in calls if call.get("kind") == "check"][place : place + 1]
    return words.as_step(title, seconds=_spent(checks, "check"), is_bad=bool(faults))


def _did(trace: Json, turn: Turn) -> Step:
    words = Wording()
    for deed in _listed(trace.get("operations")):
        name = str(deed.get("operation"))
        if name == "refused":
            words.say(_("It could not be done: %(why)s") % {"why": _refusal(str(deed.get("code", "")))})
            continue
        words.say(str(_DEEDS.get(name, name.replace("_", " ").capitalize())))
        if deed.get("bookings"):
            words.tell(_("Visits"), [f"№ {number}" for number in deed["bookings"]])
    if not words.lines:
        words.say(_("Changed nothing in the calendar."))
    if trace.get("reply"):
        words.say(_("Answered:") + f" {quoted(trace['reply'])}")
    return words.as_step(_("Decided"), is_bad=turn.outcome == Turn.Outcome.FAILED)


def _refusal(code: str) -> str:
    error = DomainError(code.replace("_", " "))
    error.code = code
    return told(error)


def _took(turn: Turn, calls: list[Json], language: str) -> Step | None:
    """Each request to Claude with its time and cost; what is left is the program's own time."""
    words = Wording()
    for call in calls:
        kind = str(_CALLS.get(str(call.get("kind")), call.get("kind")))
        parts = [_seconds(_float(call.get("latency_ms")) / 1000, language)]
        parts += [_money(Decimal(str(call.get("cost_usd") or 0)))]
        parts += [_("failed: %(why)s") % {"why": call["error"]}] if call.get("error") else []
        words.tell(kind, " · ".join(parts))
    if turn.finished_at and calls:
        whole = (turn.finished_at - turn.started_at).total_seconds()
        own = max(0.0, whole - sum(_float(call.get("latency_ms")) for call in calls) / 1000)
        words.tell(_("The program itself"), _seconds(own, language))
    return words.as_step(_("Time and cost")) if words.facts else None


def _technical(trace: Json, turn: Turn, calls: list[Json], language: str) -> tuple[Fact, ...]:
    """Return which models were asked, how much they read and wrote, and what nobody found words for."""
    words = Wording()
    for call in calls:
        words.tell(str(_CALLS.get(str(call.get("kind")), call.get("kind"))), str(call.get("model", "")))
    tokens = turn.input_tokens + turn.cache_read_tokens + turn.cache_write_tokens
    if tokens:
        words.tell(_("Read and written"), _tokens(tokens, turn.output_tokens, language))
    rest = {name: value for name, value in trace.items() if name not in _TOLD}
    return (*words.facts, *labelled(rest))


def _tokens(read: int, written: int, language: str) -> str:
    numbers = {
        "read": format_decimal(read, locale=language),
        "written": format_decimal(written, locale=language),
    }
    return _("%(read)s tokens read, %(written)s written") % numbers


def _spent(calls: Iterable[Json], kind: str) -> float | None:
    times = [_float(call.get("latency_ms")) / 1000 for call in calls if call.get("kind") == kind]
    return round(sum(times), 1) or None


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _seconds(value: float | None, language: str) -> str:
    if value is None:
        return ""
    shown = _("%(number)s s") % {"number": format_decimal(max(round(value, 1), _SHORTEST), locale=language)}
    return shown if value >= _SHORTEST else f"< {shown}"


def _money(cost: Decimal) -> str:
    return dollars(cost) if cost else _("no cost")


def _listed(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
