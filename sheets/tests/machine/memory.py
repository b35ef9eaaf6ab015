"""What the people meant: every client's visit by its name, which nobody else has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bookings.models import Booking
from sheets.tests.machine.reading import Row, as_text
from sheets.tests.machine.world import KYIV, World, name_of

Facts = dict[str, Any]  # specialist (pk), date, time, service, name
HOUR = timedelta(hours=1)
_MOST_COLUMNS = 12
FACTS = ("specialist", "date", "time", "service", "name")


def facts_of(booking: Booking) -> Facts:
    """What a row shows of a booking."""
    local = booking.start.astimezone(KYIV)
    return {
        "specialist": booking.specialist_id,
        "date": local.date(),
        "time": local.time(),
        "service": booking.service.name,
        "name": as_text(name_of(booking)),
    }


@dataclass
class Known:
    """A visit as people think of it. What happened since the last rest stands below the line."""

    name: str
    made_rows: int = 0  # rows that people typed or copied: so many visits may come of the sheet
    pks: list[int] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    values: dict[str, set[Any]] = field(default_factory=lambda: {name: set() for name in FACTS})
    is_copied: bool = False
    was_dropped: bool = False  # a person meant it to end, at any time
    was_cancelled: bool = False  # on our side, at any time
    # ---
    before: Facts | None = None
    ours: Facts = field(default_factory=dict)  # what bot and API set
    touched: set[str] = field(default_factory=set)  # what staff changed
    wish: Row | None = None  # the row after their last touch
    wish_specialist: int = 0
    is_unseen: bool = False  # the tab went with it before anybody need have read it
    is_odd: bool = False  # typed in a form that need not be understood
    gone: str = ""  # "must" or "may": they cleared, deleted or overwrote it
    acts: int = 0

    def rest(self, now: Facts | None) -> None:
        """A new page of the memory begins."""
        self.before, self.ours, self.touched, self.wish = now, {}, set(), None
        self.is_unseen, self.is_odd, self.gone, self.acts = False, False, "", 0

    def needs_place_of(self, other: Known) -> bool:
        """Whether its row lies where the other visit was before; a visit takes an hour."""
        row, there = self.wish, other.before
        if row is None or there is None or row.time is None or self.wish_specialist != there["specialist"]:
            return False
        was = datetime.combine(there["date"], there["time"])
        days = row.dates(near=there["date"])
        return any(abs(datetime.combine(day, row.time) - was) < HOUR for day in days)

    def wanted(self, name: str, services: set[str], today: date) -> set[Any]:
        """The values of a field that would be what staff typed; none = it cannot be taken as it stands."""
        row = self.wish
        if row is None:
            return set()
        if name == "specialist":
            return {self.wish_specialist}
        if name == "date":
            return row.dates(near=self.before["date"] if self.before else today)
        if name == "time":
            return {row.time} - {None}
        if name == "service":
            return {row.text("service")} & services
        return {row.name} - {""}


@dataclass(frozen=True)
class Group:
    """Visits that change places: all of them or none."""

    what: str
    names: tuple[str, ...]


class Memory:
    """Everybody's intent."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Known] = {}
        self.by_name: dict[str, Known] = {}
        self.by_pk: dict[int, Known] = {}
        self.claims: list[tuple[Known, int, datetime]] = []
        self.groups: list[Group] = []
        self.texts: dict[str, tuple[str, Known]] = {}  # comments and own columns: text -> where, whose
        self.is_wild = False  # ids or tabs were touched: what was meant to end may come back explained
        self.touched_layout: set[int] = set()
        self._count = 0

    def new_name(self) -> str:
        """A name nobody has."""
        self._count += 1
        return f"{('Олена', 'Ірина', 'Софія', 'Юлія')[self._count % 4]} {self._count}"

    def meet(self, name: str) -> Known:
        """Remember a new visit."""
        known = self.known[name] = self.by_name[name] = Known(name, names={name})
        return known

    def whose(self, row: Row) -> Known | None:
        """Whose visit a person takes the row for; a name is seen under an erased header, too."""
        if "name" in row.cells:
            return self.by_name.get(row.name)
        sheet = self.world.book.sheet(row.sheet_id)
        texts = (as_text(sheet.get(row.index, column).value()) for column in range(_MOST_COLUMNS))
        return next((self.by_name[text] for text in texts if text in self.by_name), None)

    def rename(self, known: Known, name: str) -> None:
        """The same visit has one more name."""
        known.names.add(name)
        self.by_name[name] = known

    def touch(self, known: Known, row: Row, specialist: int, *fields: str, odd: bool = False) -> None:
        """Staff changed these fields of the visit; `row` is how it looks now."""
        known.touched.update(fields)
        known.wish, known.wish_specialist = row, specialist
        known.is_odd = odd
        known.acts += 1
        for name in FACTS:
            known.values[name] |= known.wanted(name, self.services, self.world.today)
        for day in known.wanted("date", self.services, self.world.today):
            if row.time is not None:
                self.claim(known, specialist, day, row.time)

    def drop(self, known: Known, how: str) -> None:
        """Staff made the visit's row vanish."""
        known.gone = how if known.gone in ("", how) else "may"
        known.was_dropped = True
        known.acts += 1

    def claim(self, known: Known, specialist: int, day: date, clock: time) -> None:
        """Somebody wanted or had this place since the last rest."""
        self.claims.append((known, specialist, datetime.combine(day, clock, KYIV)))

    @property
    def services(self) -> set[str]:
        return {service.name for service in self.world.services}

    def bind(self) -> list[Booking]:
        """Find out which booking is whose; returns those that nobody can be found for."""
        strangers = []
        for booking in self.world.bookings():
            known = self.by_pk.get(booking.pk) or self.by_name.get(as_text(name_of(booking)))
            if known is None:
                strangers.append(booking)
                continue
            if booking.pk not in self.by_pk:
                self.by_pk[booking.pk] = known
                known.pks.append(booking.pk)
        return strangers

    def turn_page(self) -> None:
        """What is in the database now is what people know."""
        self.claims, self.groups, self.is_wild = [], [], False
        active = {b.pk: facts_of(b) for b in self.world.bookings() if b.status == Booking.Status.BOOKED}
        for known in self.known.values():
            mine = [active[pk] for pk in known.pks if pk in active]
            known.rest(mine[0] if mine else None)
            for facts in mine:
                for name in FACTS:
                    known.values[name].add(facts[name])
                self.claim(known, facts["specialist"], facts["date"], facts["time"])
