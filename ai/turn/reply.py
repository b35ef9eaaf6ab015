"""From a message to a draft with the help of the models: understand, resolve dates, respond, check."""

import dataclasses
import logging
from datetime import timedelta, tzinfo
from typing import Any

from django.conf import settings

from ai.claude.client import Caller
from ai.claude.errors import ClaudeError
from ai.facts.client import ClientFacts
from ai.facts.media import Sent, picture_url
from ai.facts.references import open_book
from ai.facts.salon import SalonBriefing
from ai.facts.search import SearchedItem
from ai.guided.fallback import from_facts
from ai.language.intents import speaks_of_delay
from ai.language.numbers import mentions
from ai.language.numbers.finder import find_mentions
from ai.models import assistant_of
from ai.phrasing.checking import Checker
from ai.phrasing.known_times import KnownTimes
from ai.phrasing.response import Responder
from ai.phrasing.tools import Toolbox
from ai.proposals.lifecycle import hold_ids
from ai.turn.decisions import decide_without_model
from ai.turn.drafts import (
    Accept,
    Action,
    BookNow,
    Decline,
    Draft,
    Kind,
    Propose,
    Remark,
    StaffRequest,
    TaskKind,
    TurnContext,
)
from ai.turn.refused import is_same_card
from ai.turn.rest import taken_up, with_rest
from ai.turn.shortcuts import text_of, words_of
from ai.turn.trace import Trace
from ai.understanding.early import EarlyReadings
from ai.understanding.form import Understanding
from ai.understanding.languages import reply_language
from ai.understanding.reading import Models, understand
from ai.understanding.resolved_wishes import ResolvedWish, resolve_wishes
from ai.understanding.understood import Understood
from bookings.deadline import is_too_late
from bookings.models import Booking
from botbackend.lib.clock import minute_of_day
from botbackend.lib.stopped_clock import current_time
from projects.models import Project

log = logging.getLogger(__name__)
RECENT_PHOTO = timedelta(hours=12)
_LONGEST_REASON = 400
_ABOUT_TO_BEGIN = timedelta(hours=2)
_MOST_LATE = 90  # minutes after its start in which somebody may still come to a visit
_LATE_KINDS: dict[Kind, TaskKind] = {"cancel": "late_cancellation", "change": "change"}
_NO_NOTES: tuple[int, ...] = ()


def models_of(project: Project) -> Models:
    """Return the project's models, or the installation's."""
    return Models(
        fast=assistant_of(project).model_fast or settings.CLAUDE_MODEL_FAST,
        main=assistant_of(project).model_main or settings.CLAUDE_MODEL_MAIN,
    )


def read_and_reply(
    *,
    context: TurnContext,
    salon: SalonBriefing,
    facts: ClientFacts,
    caller: Caller,
    trace: Trace,
    known: Understanding | None = None,
) -> Draft:
    """Return the draft of a turn. Raises the ClaudeErrors of the first call only; `known` needs none.

    Once the message is understood, code can always answer from the facts.
    """
    models = models_of(context.project)
    trace.early = EarlyReadings.of(context.burst)
    form = known or understand(caller, models, context, salon, facts, trace.early)
    form = taken_up(form, facts)
    language = reply_language(form.language, words_of(context), context)
    context = dataclasses.replace(context, language=language)
    trace.understanding, trace.language = form, language
    turn = Understood(
        context,
        salon,
        facts,
        form,
        resolve_wishes(wishes=form.wishes, context=context, salon=salon, offered=facts.last_said),
        tuple(hold_ids(dialogue=context.dialogue)) if facts.proposal is not None else (),
    )
    draft = decide_without_model(turn) or PhrasedReply(turn, caller, models, trace).draft()
    draft = with_rest(turn, draft)
    draft = dataclasses.replace(draft, client_name=form.client_name, client_phone=form.client_phone)
    return _with_photo(draft, context, facts)


def _with_photo(draft: Draft, context: TurnContext, facts: ClientFacts) -> Draft:
    """Keep the newest picture of the last hours as the reference of a new visit."""
    action = draft.action
    if not isinstance(action, Propose | BookNow) or (isinstance(action, Propose) and action.kind != "book"):
        return draft
    said: list[Sent] = [line for line in facts.lines if line.at > context.now - RECENT_PHOTO]
    urls = [url for url in map(picture_url, [*said, *context.burst.messages]) if url]
    return dataclasses.replace(draft, action=dataclasses.replace(action, photo_url=urls[-1] if urls else ""))


class PhrasedReply:
    """The second half of a turn: the main model phrases, the checks read it, code has the last word."""

    def __init__(self, turn: Understood, caller: Caller, models: Models, trace: Trace) -> None:
        self.turn, self.trace = turn, trace
        times = KnownTimes(open_book(turn.context, turn.salon, turn.facts, turn.wishes))
        self.toolbox = Toolbox(turn, times)
        looked_up = [self._look_up(place, wish) for place, wish in enumerate(turn.other_wishes)]
        self.responder = Responder(caller, models, turn, self.toolbox, looked_up)
        self.checker = Checker(caller, models, turn, self.toolbox, self.responder, trace)

    def draft(self) -> Draft:
        """Return what the model wrote, if it is true, else what the facts say."""
        text, notes = "", _NO_NOTES
        try:
            text, notes = self.checker.checked(self.responder.respond())
        except ClaudeError as error:
            log.warning("no reply from the model", extra={"reason": error.reason})
            self.trace.note = f"reply from the facts: {error.reason}"
        self.trace.tools += self.toolbox.calls
        return self._finished(text, notes)

    def _look_up(self, place: int, one: ResolvedWish) -> dict[str, Any]:
        """Look up what is free for a wish before the model is asked: it then needs no tool to offer it."""
        known: dict[str, Any] = {"wish": place, "kind": one.wish.kind}
        if one.when.question is not None:
            asked = text_of(self.turn.context, one.when.question.key, **one.when.question.values)
            return known | {"unclear": asked}
        if one.wish.kind == "book" and any(item.services for item in one.wish.items):
            return known | self._look_up_known(one)
        if one.wish.kind == "change" and len(one.wish.visits) == 1 and one.wish.says_when:
            return known | self._look_up_move(one)
        return known

    def _look_up_known(self, one: ResolvedWish) -> dict[str, Any]:
        """Look up the services that the salon has; what it has not is told apart."""
        items = tuple(item for item in one.search.items if item.service_ids)
        found = self.toolbox.look_up(dataclasses.replace(one.search, items=items))
        unknown = len(one.search.items) - len(items)
        return self.toolbox.times.as_json(found) | ({"unknown_services": unknown} if unknown else {})

    def _look_up_move(self, one: ResolvedWish) -> dict[str, Any]:
        visit = self.turn.facts.visit(one.wish.visits[0])
        if visit is None:
            return {}
        search = one.search
        if _keeps_place(one, visit, self.turn.salon.zone):
            return {"as_it_is": f"v{visit.pk}"}
        if not one.wish.names_services:
            wanted = SearchedItem((visit.service_id,), visit.specialist_id)
            search = dataclasses.replace(search, items=(wanted,))
        return self.toolbox.times.as_json(self.toolbox.look_up(search, moving=visit.pk))

    def _finished(self, text: str, notes: tuple[int, ...]) -> Draft:
        turn, toolbox = self.turn, self.toolbox
        staff = self._staff(text, notes)
        if not text and toolbox.proposal is None and turn.accepted is None and staff is None:
            return from_facts(turn=turn, times=toolbox.times.visits)
        if not text and (turn.form.to_answer or staff is not None):
            staff = staff or StaffRequest(f"question: {words_of(turn.context)[:_LONGEST_REASON]}")
            text = text_of(turn.context, "question_passed")
        accept = turn.accepted or self._carried_out()
        return Draft(
            text,
            None
            if turn.is_held_back and (accept is not None or self.toolbox.question)
            else self._action(notes),
            accept=accept,
            language=turn.context.language,
            asks="?" in text or self._waits(text),
            staff=staff,
            remark=self._remark(),
        )

    def _carried_out(self) -> Accept | None:
        """The yes that was held back, if the model proposes what stands on the card already.

        What it asks a person about is not settled: nothing is booked until that is answered.
        """
        turn, card, made = self.turn, self.turn.facts.proposal, self.toolbox.proposal
        if not turn.is_held_back or self.toolbox.question or card is None or made is None:
            return None
        return turn.given if is_same_card(turn, made, card) else None

    def _waits(self, text: str) -> bool:
        """Say whether the card is not asked again now: a person looks at the client's health first."""
        is_health = self.turn.form.remark.kind == "health" and not self.turn.accepted
        return is_health and bool(self.toolbox.question or (self.turn.is_held_back and not text))

    def _action(self, notes: tuple[int, ...]) -> Action | None:
        """What was proposed; without that, an open card that the client left is declined.

        So is one whose yes was held back where a note speaks against it; where none does, it is shown again.
        """
        turn = self.turn
        if self.toolbox.proposal is not None:
            return self.toolbox.proposal
        proposal = turn.facts.proposal
        if proposal is not None and (turn.is_held_back or turn.tells_health_beside_card):
            return Decline(proposal.pk) if notes else None
        if proposal is not None and turn.accepted is None and (turn.answer == "no" or turn.wishes):
            return Decline(proposal.pk)
        return None

    def _staff(self, text: str, notes: tuple[int, ...]) -> StaffRequest | None:
        """What staff have to look at: what was passed on, complaints, and health beyond the notes."""
        remark, question = self.turn.form.remark, self.toolbox.question
        if remark.kind == "complaint":
            return StaffRequest(question or remark.text or words_of(self.turn.context), "complaint")
        if remark.kind == "health" and (question or not ((text and notes) or self._is_known())):
            return StaffRequest(question or remark.text or words_of(self.turn.context), "health")
        if not question:
            return None
        return StaffRequest(question, self._late_kind() or self._kind_by_words())

    def _is_known(self) -> bool:
        """Say whether people look at something about the client's health already."""
        return any(task.kind == "health" for task in self.turn.facts.tasks)

    def _late_kind(self) -> TaskKind | None:
        """What a change or a cancellation is that comes after the deadline, whatever words it comes in."""
        project, now = self.turn.context.project, current_time()
        for kind, task in _LATE_KINDS.items():
            wished = [pk for one in self.turn.other_wishes if one.wish.kind == kind for pk in one.wish.visits]
            visits = [visit for visit in map(self.turn.facts.visit, wished) if visit is not None]
            if any(is_too_late(project=project, booking=visit, now=now) for visit in visits):
                return task
        return None

    def _kind_by_words(self) -> TaskKind:
        words = words_of(self.turn.context)
        return "late" if speaks_of_delay(words) or self._names_later_hour(words) else "question"

    def _names_later_hour(self, words: str) -> bool:
        """Say whether the words name an hour soon after the start of a visit that is about to begin."""
        zone, now = self.turn.salon.zone, self.turn.context.now
        soon = [one.start for one in self.turn.facts.visits if abs(one.start - now) <= _ABOUT_TO_BEGIN]
        starts = [minute_of_day(start.astimezone(zone)) for start in soon]
        said = {
            minute
            for mention in find_mentions(words)
            for reading in mention.readings()
            if reading.kind == mentions.Kind.TIME
            for minute in reading.minutes
        }
        return any(start < minute <= start + _MOST_LATE for start in starts for minute in said)

    def _remark(self) -> Remark | None:
        visit = self.turn.noted_visit
        return Remark(visit.pk, self.turn.note) if visit is not None else None


def _keeps_place(one: ResolvedWish, visit: Booking, zone: tzinfo) -> bool:
    """Say whether a change leaves service, specialist and start as they are: only the name is another."""
    items = one.wish.items
    guests = [item.guest for item in items if item.guest]
    if one.when.start is None or not guests or len(items) != 1:
        return False
    (item,) = items
    return (
        one.when.start == visit.start.astimezone(zone)
        and item.services in ((), (visit.service_id,))
        and item.specialist in (0, visit.specialist_id)
    )
