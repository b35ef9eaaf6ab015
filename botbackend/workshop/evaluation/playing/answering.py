"""Who answers for Claude in a conversation that is played: an endpoint, or what was recorded there."""

from botbackend.workshop.evaluation.outside import Outside
from botbackend.workshop.evaluation.playing.burst import Played
from botbackend.workshop.evaluation.playing.conversation import FRESH, SHIPPED, SIX, read_conversations
from botbackend.workshop.evaluation.playing.play import play_conversation
from botbackend.workshop.evaluation.playing.recorded import Recorded, rules_of
from botbackend.workshop.evaluation.playing.relay import Asked, Relay
from botbackend.workshop.evaluation.playing.salon import Salon
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn


class ByEndpoint:
    """Lets the endpoint behind the relay answer, and keeps what passed."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._since = 0

    def begin_burst(self, number: int, salon: Salon) -> None:
        self._since = len(self._relay.asked)

    def end_burst(self) -> tuple[list[Asked], list[str]]:
        return self._relay.asked[self._since :], [f"the relay failed: {bug}" for bug in self._relay.bugs]


class ByRecord:
    """Gives the recorded answers back, in order and by the kind of the request."""

    def __init__(self, recorded: Recorded, outside: Outside) -> None:
        if outside.claude is None:
            raise ValueError("recorded answers are given by the stand-in")
        self._recorded = recorded
        self._outside = outside
        self._claude: ClaudeStandIn = outside.claude
        self._unexpected = 0

    def begin_burst(self, number: int, salon: Salon) -> None:
        bursts = self._recorded.bursts
        answers = bursts[number] if number < len(bursts) else []
        self._unexpected = len(self._claude.unexpected)
        self._claude.script.set(rules_of(answers, self._recorded.ids, salon))

    def end_burst(self) -> tuple[list[Asked], list[str]]:
        left = self._claude.script.left
        found = [f"nobody asked for {left} recorded answers"] if left else []
        asked = self._claude.unexpected[self._unexpected :]
        found += [
            f"Claude was asked to {one['kind']} {one['said']}, and no answer is recorded" for one in asked
        ]
        self._claude.script.set([])
        return [], [*found, *self._outside.bugs()]


def replay(recorded: Recorded, outside: Outside) -> Played:
    """Play a conversation of the shipped ones again with its recorded answers; `outside` is not live.

    Needs a scratch database, which is emptied first.
    """
    kept = (one for folder in (SHIPPED, FRESH, SIX) for one in read_conversations([recorded.name], folder))
    talk = next(one for one in kept if one.name == recorded.name)
    return play_conversation(talk, outside, ByRecord(recorded, outside))
