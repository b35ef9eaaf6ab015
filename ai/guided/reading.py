"""What a client's words say, all at once: numbers, an entry of the menu, names, a day and a time."""

from dataclasses import dataclass

from ai.guided.counter import Desk
from ai.guided.intents import find_alone, find_intent, speaks_of_visit
from ai.guided.numbers import read_numbers
from ai.language.answers import Answer, Kind, read_answer
from ai.language.naming import NOTHING, Found, find_names
from ai.language.values import Wish
from ai.language.wishes import read_wish

_LONGEST = 1000


@dataclass(frozen=True)
class Said:
    """`numbers` is set only when the text is nothing else; `alone` only when the text is one phrase."""

    text: str
    numbers: tuple[int, ...] = ()
    alone: str = ""
    intent: str = ""
    answer: Answer = "none"
    services: Found = NOTHING
    people: Found = NOTHING
    wish: Wish | None = None

    @property
    def names_something(self) -> bool:
        """Say whether there is anything in it that a booking could begin with."""
        found = self.services.named or self.services.maybe or self.people.named
        return bool(found) or self.wish is not None

    @property
    def speaks_of_visit(self) -> bool:
        return speaks_of_visit(self.text)

    @property
    def wants_back(self) -> bool:
        return self.alone == "back" or self.numbers == (0,)


def read(desk: Desk, text: str, *, kind: Kind = "") -> Said:
    """Read a text; `kind` is what an open proposal would do."""
    plain = " ".join(text.replace("\x00", " ").split(" "))[:_LONGEST].strip()
    numbers = tuple(read_numbers(plain))
    alone = find_alone(plain)
    if numbers or not plain:
        return Said(plain, numbers, alone, answer=read_answer(plain, kind), wish=_wish(desk, plain))
    return Said(
        plain,
        alone=alone,
        intent=find_intent(plain) if alone in ("", "start") else "",
        answer=read_answer(plain, kind),
        services=find_names(plain, [(one.id, one.name) for one in desk.services]),
        people=find_names(plain, [(one.id, one.name) for one in desk.salon.catalogue.specialists]),
        wish=_wish(desk, plain),
    )


def _wish(desk: Desk, text: str) -> Wish | None:
    return read_wish(text, now=desk.now) if text else None
