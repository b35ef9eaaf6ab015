"""A draft is filled, held against what is known, and corrected once; what is still wrong is not said."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from ai.claude.client import Caller
from ai.claude.errors import ClaudeError
from ai.claude.models import knobs
from ai.facts.requests import HOUR_CACHE
from ai.facts.respond import done_of, respond_facts, salon_block
from ai.facts.salon import Note
from ai.guard.backing import SCHEMA, Backing, check_message, needs_check, read_check
from ai.guard.deeds import find_deeds
from ai.guard.figures import find_figures
from ai.guard.leaks import find_leaks, find_mixture
from ai.guard.violations import Violation
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind
from ai.phrasing.response import Responder, Response
from ai.phrasing.tools import Toolbox
from ai.prompts.schemas import output_format
from ai.prompts.versions import rules_text
from ai.references.book import Filled
from ai.turn.trace import Trace
from ai.understanding.reading import Models
from ai.understanding.understood import Understood
from dialogues.models import Message
from dialogues.selectors import describe

MAX_CHECKS = 2
MAX_TOKENS = 800
LEAST_SECONDS = 3.0  # with less left a check would come too late
_DAYS = (Kind.WEEKDAY, Kind.RELATIVE, Kind.PART)
_DONE = "It says that a visit was made, moved or cancelled; nothing was."


@dataclass
class Checker:
    """The drafts of one turn."""

    caller: Caller
    models: Models
    turn: Understood
    toolbox: Toolbox
    responder: Responder
    trace: Trace
    checks: int = field(default=0)

    def checked(self, response: Response) -> tuple[str, tuple[int, ...]]:
        """Return the rendered text and its notes if all of it is true; "" after one corrected try."""
        for may_correct in (True, False):
            if not response.text:
                return "", ()
            filled = self.toolbox.times.book.fill(response.text)
            faults = self._faults(filled, response.notes)
            if not faults:
                return filled.text, response.notes
            corrected = self.responder.correct(response, faults) if may_correct else None
            if corrected is None:
                break
            response = corrected
        self.trace.note = "reply from the facts: the draft was refused"
        return "", ()

    def _faults(self, filled: Filled, notes: tuple[int, ...]) -> list[str]:
        """Return what is wrong: first what code sees, then what the fast model finds unbacked."""
        faults = self._seen_by_code(filled, notes)
        check = "not asked"
        if not faults and needs_check(filled):
            found = self._backing(filled, notes)
            check = "not to be had" if found is None else "asked"
            faults = [] if found is None else self._unbacked(found)
        violations = [dataclasses.asdict(one) for one in faults]
        self.trace.guard.append({"text": filled.text, "violations": violations, "check": check})
        return [one.detail for one in faults]

    def _seen_by_code(self, filled: Filled, notes: tuple[int, ...]) -> list[Violation]:
        turn, salon = self.turn, self.turn.salon
        words = self._client_words()
        own = [note.text for note in salon.notes] + words
        accepted = turn.facts.proposal.kind if turn.accepted and turn.facts.proposal else ""
        names = sorted(salon.names())
        return [
            *(Violation("reference", f"{brace} names nothing of the facts.") for brace in filled.unknown),
            *find_figures(
                filled.plain,
                quotable=[*self._texts(self._named(notes)), *words, *self._days_said()],
                names=names,
            ),
            *find_deeds(filled, has_visits=bool(turn.facts.visits), done=[accepted] if accepted else []),
            *find_leaks(filled.plain, secrets=[rules_text("respond")], quotable=own),
            *find_mixture(filled.plain, language=turn.context.language, names=names),
        ]

    def _unbacked(self, found: Backing) -> list[Violation]:
        is_false = found.says_done and self.turn.accepted is None
        return [*found.violations(), *([Violation("claim", _DONE)] if is_false else [])]

    def _backing(self, filled: Filled, notes: tuple[int, ...]) -> Backing | None:
        """Ask the fast model; None when it cannot be had in time: the deterministic parts decide then."""
        if self.checks >= MAX_CHECKS or self.caller.left() < LEAST_SECONDS:
            return None
        self.checks += 1
        try:
            reply = self.caller.ask("check", self.models.fast, self._request(filled, notes))
        except ClaudeError:
            return None
        if reply.stop_reason not in ("end_turn", "stop_sequence"):
            return None
        return read_check(reply.text, draft=filled.text)

    def _request(self, filled: Filled, notes: tuple[int, ...]) -> dict[str, Any]:
        turn, book = self.turn, self.toolbox.times.book
        known = respond_facts(turn, book, self.responder.looked_up) | {
            "free": book.as_json("s"),
            "salon_said": turn.facts.last_said,
            "tools": [{"tool": call.name, "result": call.result} for call in self.toolbox.calls],
        }
        asked = check_message(
            facts=known,
            notes=[note.as_json() for note in self._named(notes) or turn.salon.notes],
            client_words=self._client_words(),
            done=[*done_of(turn), *(["question passed to staff"] if self.toolbox.question else [])],
            language=turn.context.language,
            draft=filled.text,
        )
        block = {"type": "text", "text": salon_block(turn.salon, book), "cache_control": HOUR_CACHE}
        return {
            "max_tokens": MAX_TOKENS,
            "system": [block],
            "messages": [{"role": "user", "content": [{"type": "text", "text": asked}]}],
        } | knobs(self.models.fast, output_format(SCHEMA))

    def _named(self, notes: tuple[int, ...]) -> list[Note]:
        return [note for note in self.turn.salon.notes if note.id in notes]

    @staticmethod
    def _texts(notes: list[Note]) -> list[str]:
        return [f"{note.title}: {note.text}" for note in notes]

    def _days_said(self) -> list[str]:
        """Return the words for days and their parts that the client wrote earlier today."""
        lines = [one for one in self.turn.facts.lines if one.author == Message.Author.CLIENT]
        zone = self.turn.salon.zone
        today = [one.text for one in lines if one.at.astimezone(zone).date() == self.turn.today]
        return [said.text for text in today for said in find_mentions(text) if said.kind in _DAYS]

    def _client_words(self) -> list[str]:
        return [text for message in self.turn.context.burst.messages if (text := describe(message))]
