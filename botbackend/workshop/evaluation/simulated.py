"""A client played by the fast model: a goal, a persona, a language and so much patience."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from ai.claude.client import Caller
from ai.claude.errors import ClaudeError
from ai.claude.models import knobs
from botbackend.workshop.evaluation.conversation import Broken, Conversation
from botbackend.workshop.evaluation.scenario import Reply, Step

DONE = "###DONE###"
SECONDS = 60.0
MAX_TOKENS = 300
_LANGUAGES = {"uk": "Ukrainian", "ru": "Russian", "en": "English", "pl": "Polish"}


@dataclass(frozen=True)
class Persona:
    """How a client writes, and after how many of their messages they give up."""

    manner: str
    patience: int


PERSONAS = {
    "brief": Persona("You write as little as possible: two to five words, no greeting, no punctuation.", 8),
    "chatty": Persona("You greet, tell a little about your day, and give one detail per message.", 12),
    "hasty": Persona("You are in a hurry, make typing mistakes, and dislike being asked twice.", 5),
    "unsure": Persona("You hesitate, ask about price or length first, and settle only then.", 12),
}
_RULES = """You play a client who writes to a beauty salon in a messenger. The other side is the salon.
Write only your next message, in {language}, as a client would: short, no quotation marks, no role names.
{manner}
Your goal: {goal}
You know nothing about the salon but what it tells you. Never invent a goal of your own, and never
accept a visit that is not what the goal says. When the salon asks you to confirm exactly what you want,
confirm it.
When the goal is reached, or it is clear that it cannot be, write {done} and nothing else."""


class SimulatedClient:
    """Pursues the scenario's goal through a conversation."""

    def __init__(self, talk: Conversation, persona: str) -> None:
        self.talk = talk
        self.persona = PERSONAS[persona]
        seconds = max(SECONDS, settings.TURN_SECONDS) * self.persona.patience
        self._caller = Caller(project=talk.world.project.slug, seconds=seconds)

    def pursue(self) -> Decimal:
        """Write until the goal is reached or patience ends; returns what the client's part cost.

        Raises Broken when the model does not answer.
        """
        for _ in range(self.persona.patience):
            text = self._next_words()
            if DONE in text or not text:
                break
            self.talk.play(Step(say=[text], reply=Reply()))
        return self._caller.cost_usd

    def _next_words(self) -> str:
        scenario = self.talk.world.scenario
        rules = _RULES.format(
            language=_LANGUAGES[scenario.language],
            manner=self.persona.manner,
            goal=scenario.goal,
            done=DONE,
        )
        model = settings.CLAUDE_MODEL_FAST
        request = {
            "max_tokens": MAX_TOKENS,
            "system": [{"type": "text", "text": rules}],
            "messages": self._seen_by_client(),
        }
        try:
            return self._caller.ask("client", model, request | knobs(model)).text
        except ClaudeError as error:
            raise Broken(f"the simulated client got no words: {error}") from error

    def _seen_by_client(self) -> list[dict[str, str]]:
        """Return the talk from the client's side: the salon is the user."""
        messages = [{"role": "user", "content": "(The chat is open. You write first.)"}]
        for exchange in self.talk.exchanges:
            messages.append({"role": "assistant", "content": "\n".join(exchange.step.say)})
            messages.append({"role": "user", "content": exchange.text or "(no answer yet)"})
        return messages
