"""Moving and cancelling: which visit is meant, and whether it is not too late."""

from collections.abc import Sequence

from ai.guided.booking import advance, with_wish
from ai.guided.menu_turn import MenuTurn
from ai.guided.reading import Said
from ai.guided.replies import ask_menu, ask_visit
from ai.guided.state import ANYONE, State
from ai.language.intents import says_all
from ai.turn.drafts import Draft, Propose
from bookings.deadline import is_too_late
from bookings.models import Booking
from botbackend.lib.stopped_clock import current_time


def begin_change(turn: MenuTurn, said: Said | None = None) -> Draft:
    """Move a visit: the only one, the one that was named, or ask which."""
    visits = turn.facts.visits
    if not visits:
        return ask_menu(turn, turn.say("no_visits"))
    state = State(step="change")
    notes: tuple[str, ...] = ()
    named, by_day = _named(turn, visits, said)
    if said is not None and said.wish is not None and not by_day:
        taken = with_wish(turn, state, said.wish, said.text)
        state, notes = taken.state, taken.notes
    if len(named) == 1:
        return choose_change(turn, state, named[0], *notes)
    return ask_visit(turn, state, named or visits, *notes)


def begin_cancel(turn: MenuTurn, said: Said | None = None) -> Draft:
    """Cancel a visit: the only one, the one that was named, all, or ask which."""
    visits = turn.facts.visits
    if not visits:
        return ask_menu(turn, turn.say("no_visits"))
    named, _ = _named(turn, visits, said)
    if said is not None and says_all(said.text):
        return choose_cancel(turn, named or visits)
    if len(named) == 1:
        return choose_cancel(turn, named)
    return ask_visit(turn, State(step="cancel"), named or visits)


def _named(turn: MenuTurn, visits: Sequence[Booking], said: Said | None) -> tuple[list[Booking], bool]:
    """Return the visits that the words fit, and whether their day and time told."""
    if len(visits) == 1 and (said is None or said.wish is None):
        return list(visits), False
    if said is None:
        return [], False
    found = list(visits)
    if said.services.named:
        found = [visit for visit in found if visit.service_id in said.services.named] or found
    if said.people.named:
        found = [visit for visit in found if visit.specialist_id in said.people.named] or found
    on_day = [visit for visit in found if _is_then(turn, visit, said)]
    if on_day:
        return on_day, True
    return (found if len(found) < len(visits) or len(visits) == 1 else []), False


def _is_then(turn: MenuTurn, visit: Booking, said: Said) -> bool:
    """Say whether the words name the very day (and time) of the visit."""
    if said.wish is None:
        return False
    wished = with_wish(turn, State(), said.wish, said.text).state
    start = visit.start.astimezone(turn.salon.zone)
    if wished.exact and wished.earliest:
        clock = wished.earliest.replace(tzinfo=None)
        return (wished.day or start.date()) == start.date() and clock == start.time().replace(tzinfo=None)
    return wished.day == start.date() and not (wished.earliest or wished.latest)


def choose_change(turn: MenuTurn, state: State, visit: Booking, *notes: str) -> Draft:
    """Go on to day and time for this visit, unless it is too late."""
    if _is_late(turn, visit):
        return _too_late(turn)
    if turn.service(visit.service_id) is None:
        return turn.to_person("wants to move a visit of a service that is no longer offered")
    able = visit.specialist_id in turn.people_for(visit.service_id)
    chosen = state.but(
        booking=visit.pk,
        services=(visit.service_id,),
        people=(visit.specialist_id if able else ANYONE,),
        choices=(),
    )
    if chosen.exact and chosen.first is None:
        day = visit.start.astimezone(turn.salon.zone).date()
        chosen = chosen.but(first=day, last=day)
    return advance(turn, chosen, *notes)


def choose_cancel(turn: MenuTurn, visits: Sequence[Booking]) -> Draft:
    """Propose to cancel these visits, unless it is too late for one of them."""
    if any(_is_late(turn, visit) for visit in visits):
        return _too_late(turn)
    action = Propose(kind="cancel", booking_ids=tuple(visit.pk for visit in visits))
    return turn.draft([], State(step="cancel"), action=action)


def pick_visit(turn: MenuTurn, state: State, said: Said) -> Draft | None:
    """Read a choice from the list of visits that was given in words."""
    named, by_day = _named(turn, turn.facts.visits, said)
    if state.step == "cancel" and said.alone == "all":
        return choose_cancel(turn, turn.facts.visits) if turn.facts.visits else None
    if not named or not (by_day or said.names_something):
        return None
    if len(named) > 1:
        return ask_visit(turn, state, named)
    return choose_cancel(turn, named) if state.step == "cancel" else choose_change(turn, state, named[0])


def _is_late(turn: MenuTurn, visit: Booking) -> bool:
    return is_too_late(project=turn.project, booking=visit, now=current_time())


def _too_late(turn: MenuTurn) -> Draft:
    return turn.to_person("past the deadline for changes in the chat", turn.say("refused_past_deadline"))
