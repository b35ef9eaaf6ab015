"""Where a client stands in the menus. It comes back as JSON that may be old, foreign or broken."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VERSION = 1
LIFETIME = timedelta(hours=12)
UNKNOWN, ANYONE = -1, 0

Step = Literal["menu", "services", "specialist", "day", "time", "change", "cancel", "answer"]
_Ids = Annotated[tuple[int, ...], Field(max_length=50)]


class State(BaseModel):
    """One place in the menus.

    `choices` is what the shown numbers stand for. `people` has one entry per service: an id, ANYONE, or
    UNKNOWN while it was not asked. `first` to `last` are the wished days, `earliest` and `latest` bound the
    start; `exact` makes `earliest` the very time. `after` is the last thing of the page before this one.
    `guessed` says that the client did not name everything. `only` narrows the list of services.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    step: Step = "menu"
    at: datetime | None = None
    services: _Ids = ()
    people: _Ids = ()
    who: int = UNKNOWN
    only: _Ids = ()
    booking: int | None = None
    first: date | None = None
    last: date | None = None
    earliest: time | None = None
    latest: time | None = None
    exact: bool = False
    guessed: bool = False
    after: Annotated[str, Field(max_length=40)] = ""
    choices: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=500)] = ()
    misses: Annotated[int, Field(ge=0, le=9)] = 0

    def but(self, **changes: Any) -> "State":
        """Return the state with these fields changed."""
        return self.model_copy(update=changes)

    def without_time(self) -> "State":
        """Forget the wished time, keep the wished days."""
        return self.but(earliest=None, latest=None, exact=False, after="")

    def without_days(self) -> "State":
        """Forget both."""
        return self.without_time().but(first=None, last=None)

    @property
    def day(self) -> date | None:
        """The one day that is wished."""
        return self.first if self.first == self.last else None

    def dump(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"v": VERSION, **self.model_dump(mode="json", exclude_defaults=True)}


def read_state(raw: Mapping[str, Any] | None, *, now: datetime) -> State | None:
    """Return the stored place; None when there is none, or it is of another version, broken or too old."""
    if not isinstance(raw, Mapping) or raw.get("v") != VERSION:
        return None
    try:
        state = State.model_validate(dict(raw))
        is_old = state.at is None or now - state.at > LIFETIME
    except (ValidationError, TypeError, OverflowError):
        return None
    return None if is_old else state
