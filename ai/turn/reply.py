"""From a message to a draft with the help of the models: understand, resolve dates, respond, guard."""

import dataclasses
import logging
from datetime import timedelta

from django.conf import settings

from ai.claude.client import Caller
from ai.claude.errors import ClaudeError
from ai.facts.client import ClientFacts
from ai.facts.flat_search import SlotSearch
from ai.facts.media import Sent, picture_url
from ai.facts.salon import SalonBriefing
from ai.guard import check
from ai.guard.evidence import evidence_of
from ai.guided.fallback import from_facts
from ai.models import assistant_of
from ai.proposals.lifecycle import hold_ids
from ai.turn.decisions import Understood, decide_without_model
from ai.turn.drafts import BookNow, Decline, Draft, Evidence, Propose, TurnContext
from ai.turn.resolved_dates import resolve_dates
from ai.turn.response import Responder, Response
from ai.turn.shortcuts import text_of
from ai.turn.tools import Toolbox
from ai.turn.trace import Trace
from ai.turn.understanding import Models, understand
from ai.wording.voice import known_language
from bookings.values import Slot
from projects.models import Project

log = logging.getLogger(__name__)
RECENT_PHOTO = timedelta(hours=12)
_NEW_WISHES = ("book", "change", "cancel")


def models_of(project: Project) -> Models:
    """Return the project's models, or the installation's."""
    return Models(
        fast=assistant_of(project).model_fast or settings.CLAUDE_MODEL_FAST,
        main=assistant_of(project).model_main or settings.CLAUDE_MODEL_MAIN,
    )


def read_and_reply(
    *, context: TurnContext, salon: SalonBriefing, facts: ClientFacts, caller: Caller, trace: Trace
) -> Draft:
    """Return the draft of a turn. Raises the ClaudeErrors of the first call only.

    Once the message is understood, code can always answer from the facts.
    """
    models = models_of(context.project)
    found = understand(caller, models, context, salon, facts)
    language = known_language(found.language, context.language)
    context = dataclasses.replace(context, language=language)
    dates = resolve_dates(understanding=found, context=context, salon=salon)
    trace.understanding, trace.language = dates.understanding, language
    held = tuple(hold_ids(dialogue=context.dialogue)) if facts.proposal is not None else ()
    turn = Understood(context, facts, dates, held)
    draft = decide_without_model(turn) or GuardedReply(turn, salon, caller, models, trace).draft()
    draft = dataclasses.replace(
        draft, client_name=found.client_name or "", client_phone=found.client_phone or ""
    )
    return _with_photo(draft, context, facts)


def _with_photo(draft: Draft, context: TurnContext, facts: ClientFacts) -> Draft:
    """Keep the newest picture of the last hours as the reference of a new visit."""
    action = draft.action
    if not isinstance(action, Propose | BookNow) or (isinstance(action, Propose) and action.kind != "book"):
        return draft
    said: list[Sent] = [line for line in facts.lines if line.at > context.now - RECENT_PHOTO]
    urls = [url for url in map(picture_url, [*said, *context.burst.messages]) if url]
    return dataclasses.replace(draft, action=dataclasses.replace(action, photo_url=urls[-1] if urls else ""))


class GuardedReply:
    """The second half of a turn: the main model phrases, the guard reads it, code has the last word."""

    def __init__(
        self, turn: Understood, salon: SalonBriefing, caller: Caller, models: Models, trace: Trace
    ) -> None:
        self.turn, self.salon, self.trace = turn, salon, trace
        understanding = turn.dates.understanding
        self.toolbox = Toolbox(turn.context, salon, turn.facts, understanding)
        self.slots = self._known_slots()
        self.responder = Responder(
            caller, models, turn.context, salon, turn.facts, understanding, self.toolbox, self.slots
        )

    def draft(self) -> Draft:
        """Return what the model wrote, if it is true, else what the facts say."""
        try:
            text = self._guarded(self.responder.respond())
        except ClaudeError as error:
            log.warning("no reply from the model", extra={"reason": error.reason})
            self.trace.note = f"reply from the facts: {error.reason}"
            text = ""
        self.trace.tools += self.toolbox.calls
        return self._with_action(text)

    def _known_slots(self) -> list[Slot] | None:
        """Look up what is free for the wish before the model is asked: it then needs no tool to offer it."""
        wish, dates = self.turn.dates.understanding, self.turn.dates
        if wish.intent != "book" or not wish.service_ids:
            return None
        search = SlotSearch.of(wish.service_ids, wish.specialist_id, dates.resolved)
        found = self.toolbox.look_up(search)
        return [*found.slots, *found.following]

    def _guarded(self, response: Response) -> str:
        """Return the text if all of it is true; after one corrected try give up with ""."""
        text = response.text
        for may_correct in (True, False):
            if not text:
                return ""
            violations = check(text=text, evidence=self._evidence())
            self.trace.guard.append(
                {"text": text, "violations": [dataclasses.asdict(one) for one in violations]}
            )
            if not violations:
                return text
            if may_correct:
                text = self.responder.correct(response, [one.detail for one in violations]) or ""
        self.trace.note = "reply from the facts: the guard refused the draft twice"
        return ""

    def _evidence(self) -> Evidence:
        turn = self.turn
        found = evidence_of(turn.context, self.salon, turn.facts, self.toolbox)
        resolved = turn.dates.resolved
        days = {day for day in (resolved.date_from, resolved.date_to) if day is not None}
        return dataclasses.replace(found, dates=found.dates | days)

    def _with_action(self, text: str) -> Draft:
        turn, toolbox = self.turn, self.toolbox
        language = turn.context.language
        if toolbox.proposal is not None:
            return Draft(text, toolbox.proposal, language=language, question=toolbox.question)
        if toolbox.question:
            passed = text or text_of(turn.context, "question_passed")
            return Draft(passed, language=language, question=toolbox.question)
        if not text:
            return from_facts(turn=turn, salon=self.salon, slots=self.slots or [])
        proposal, wish = turn.facts.proposal, turn.dates.understanding
        if proposal is not None and (wish.answer == "no" or wish.intent in _NEW_WISHES):
            return Draft(text, Decline(proposal.pk), language=language)
        return Draft(text, language=language)
