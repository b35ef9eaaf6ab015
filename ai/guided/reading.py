"""What a client's words say, all at once: numbers, an entry of the menu, names, a day and a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from ai.guided.menu_turn import MenuTurn
from ai.language.answers import Answer, read_answer
from ai.language.catalogue_names import NOTHING, NamedIds, find_names
from ai.language.intents import find_alone, find_intent, speaks_of_visit
from ai.language.numbers.listed import read_numbers
from ai.language.values import NamedTime
from ai.language.wishes import read_wish
from bookings.catalogue import CatalogueService, CatalogueSpecialist

_LONGEST = 1000


@dataclass(frozen=True)
class Said:
    """`numbers` is set only when the text is nothing else; `alone` only when the text is one phrase."""

    text: str
    numbers: tuple[int, ...] = ()
    alone: str = ""
    intent: str = ""
    answer: Answer = "none"
    services: NamedIds = NOTHING
    people: NamedIds = NOTHING
    wish: NamedTime | None = None

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


def read(turn: MenuTurn, text: str) -> Said:
    """Read a text."""
    plain = " ".join(text.replace("\x00", " ").split(" "))[:_LONGEST].strip()
    numbers = tuple(read_numbers(plain))
    alone = find_alone(plain)
    if numbers or not plain:
        return Said(plain, numbers, alone, answer=read_answer(plain), wish=_wish(turn, plain))
    return Said(
        plain,
        alone=alone,
        intent=find_intent(plain) if alone in ("", "start") else "",
        answer=read_answer(plain),
        services=find_names(plain, _all_names(turn.services)),
        people=find_names(plain, _all_names(turn.salon.catalogue.specialists)),
        wish=_wish(turn, plain),
    )


def _all_names(rows: Sequence[CatalogueService | CatalogueSpecialist]) -> list[tuple[int, str]]:
    return [(row.id, name) for row in rows for name in row.all_names()]


def _wish(turn: MenuTurn, text: str) -> NamedTime | None:
    return read_wish(text, now=turn.now) if text else None
