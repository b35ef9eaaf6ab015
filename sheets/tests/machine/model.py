"""What must be true once everybody let go: the sheet, the database and what people meant agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from bookings.models import Booking, BookingEvent
from botbackend.outbox.models import Task
from sheets.models import SheetConflict, SheetRow
from sheets.tests.machine.memory import FACTS, HOUR, Facts, Group, Known, Memory, facts_of
from sheets.tests.machine.reading import Row, as_date, as_text
from sheets.tests.machine.world import KYIV, World, say


class Judge:
    """`verdict` names every broken promise as "kind: sentence"; it changes nothing."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.world = memory, memory.world

    def verdict(self) -> list[str]:
        """Everything that is not as it must be."""
        strangers = self.memory.bind()
        self._bookings = self.world.bookings()
        self._active = [b for b in self._bookings if b.status == Booking.Status.BOOKED]
        self._rows = self.world.all_rows()
        self._stopped = self.world.stopped()
        found = [f"wrong client: nobody is called so: {say(booking)}" for booking in strangers]
        found += self._tasks()
        if not self._stopped:
            found += Mirror(self.world, self._active, self._rows).verdict()
            found += self._texts()
        for known in self.memory.known.values():
            found += self._visit(known)
        found += self._groups()
        return found

    def _tasks(self) -> Iterator[str]:
        for task in Task.objects.filter(handler__startswith="sheets."):
            if task.state == Task.State.DEAD and not self._stopped:
                yield f"task: {task.handler} was given up: {task.last_error}"
            elif task.last_error and task.state == Task.State.WAITING and not self._stopped:
                yield f"task: {task.handler} fails while nothing is wrong: {task.last_error}"

    def _texts(self) -> Iterator[str]:
        """Staff's own words still stand somewhere, or are told of."""
        shown = {str(cell.value()) for s in self.world.book.sheets for row in s.rows for cell in row}
        for text, (column, known) in self.memory.texts.items():
            is_told = any(text in conflict for conflict in self._conflicts(known))
            if not (known.was_dropped or is_told or any(text in cell for cell in shown)):
                yield f"text lost: {text!r} in {column} beside {known.name}"

    def _conflicts(self, known: Known) -> list[str]:
        found = SheetConflict.objects.filter(link__project=self.world.project, booking_id__in=known.pks)
        return [f"{conflict.reason} {conflict.rejected}" for conflict in found]

    # One visit
    def _visit(self, known: Known) -> Iterator[str]:
        mine = [booking for booking in self._bookings if booking.pk in known.pks]
        active = [booking for booking in mine if booking.status == Booking.Status.BOOKED]
        yield from self._existence(known, mine, active)
        for booking in active:
            facts = facts_of(booking)
            if facts["name"] not in known.names:
                yield f"wrong client: {say(booking)} was made as {known.name}"
            if known.is_copied:
                yield from self._seen_before(known, booking, facts)
            elif len(active) == 1:
                yield from self._fields(known, booking, facts)

    def _existence(self, known: Known, mine: list[Booking], active: list[Booking]) -> Iterator[str]:
        from_sheet = [booking for booking in mine if booking.source == Booking.Source.SHEET]
        if len(from_sheet) > known.made_rows:
            said = "; ".join(map(say, mine))
            yield f"booked without intent: {known.made_rows} rows were typed, but there are {said}"
        elif len(active) > known.made_rows + (len(mine) > len(from_sheet)):
            yield f"booked twice: {'; '.join(map(say, active))}"
        ended = [booking for booking in mine if booking.status == Booking.Status.CANCELLED]
        if ended and not (known.was_dropped or known.was_cancelled or known.is_copied):
            yield f"cancelled without intent: {say(ended[0])}"
        if known.before and not active and not (known.gone or known.ours.get("cancelled")):
            yield f"cancelled without intent: nobody ended {known.name} since it was active"
        if known.gone == "must" and active and self._can_end(known) and not self._is_explained(known):
            yield f"end ignored: staff made the row vanish, and nothing is said: {say(active[0])}"
        is_over = known.gone or known.ours.get("cancelled") or known.is_copied
        is_new = known.wish is not None and known.before is None
        if is_new and not (active or is_over or self._stopped) and self._is_free(known):
            yield f"refused though free: the walk-in {known.wish}"

    def _can_end(self, known: Known) -> bool:
        gone = sum(bool(other.gone) for other in self.memory.known.values())
        return known.acts == 1 and gone <= 3 and not (self.memory.is_wild or self._stopped or known.is_copied)

    def _seen_before(self, known: Known, booking: Booking, facts: Facts) -> Iterator[str]:
        for name in FACTS:
            if facts[name] not in known.values[name]:
                yield f"changed without intent: {name} of {say(booking)} was never seen there"

    def _fields(self, known: Known, booking: Booking, facts: Facts) -> Iterator[str]:
        touched = {"date" if name == "short" else name for name in known.touched}
        for name in FACTS:
            ours = known.ours.get(name, known.before[name] if known.before else None)
            wanted = known.wanted(name, self.memory.services, self.world.today)
            if name not in touched:
                if ours is not None and facts[name] != ours:
                    yield f"changed without intent: {name} is not {ours} any more: {say(booking)}"
            elif facts[name] in wanted:
                continue
            elif facts[name] != ours and facts[name] not in known.values[name]:
                yield f"changed without intent: {name} is neither old nor wanted: {say(booking)}"
            elif self._was_taken(booking, name, wanted) or self._stopped:
                continue
            elif not self._is_explained(known):
                yield f"edit lost: {name} of {known.wish} is not {say(booking)}, and nothing is said"
            elif self._must_be_taken(known, touched):
                yield f"refused though free: {name} of {known.wish}, the visit is {say(booking)}"
        if "contact" in touched and known.wish and not self._stopped and not self._is_explained(known):
            yield f"edit lost: the client's id of {known.wish} is not {say(booking)}, and nothing is said"

    def _was_taken(self, booking: Booking, name: str, wanted: set[object]) -> bool:
        """It was in the database, and somebody on our side changed it later."""
        events = BookingEvent.objects.filter(booking_id=booking.pk, source=Booking.Source.SHEET)
        after = [event.after or {} for event in events]
        if name == "specialist":
            return any(one.get("specialist_id") in wanted for one in after)
        if name == "name":
            return any(as_text(one.get("guest_name")) in wanted for one in after)
        starts = [datetime.fromisoformat(one["start"]).astimezone(KYIV) for one in after if one.get("start")]
        if name == "service":
            ids = {service.pk for service in self.world.services if service.name in wanted}
            return any(one.get("service_id") in ids for one in after)
        return any((start.date() if name == "date" else start.time()) in wanted for start in starts)

    def _must_be_taken(self, known: Known, touched: set[str]) -> bool:
        if known.is_odd or known.ours or known.gone or self.memory.is_wild:
            return False
        if any(not known.wanted(name, self.memory.services, self.world.today) for name in touched):
            return False
        return self._is_free(known)

    def _is_free(self, known: Known) -> bool:
        """The place that staff want was nobody's since the last rest, and all of the row can be read."""
        values = {name: known.wanted(name, self.memory.services, self.world.today) for name in FACTS}
        if known.is_odd or any(len(found) != 1 for found in values.values()):
            return False
        (day,), (clock,) = values["date"], values["time"]
        start = datetime.combine(day, clock, KYIV)
        specialist = next(iter(values["specialist"]))
        others = [at for who, where, at in self.memory.claims if who is not known and where == specialist]
        return all(abs(start - at) >= HOUR for at in others)

    def _is_explained(self, known: Known) -> bool:
        """A word in the status column of the visit's row; with the row gone, a noted conflict."""
        uids = set(SheetRow.objects.filter(booking_id__in=known.pks).values_list("row_uid", flat=True))
        mine = [r for r in self._rows if r.name in known.names or (r.text("uid") and r.text("uid") in uids)]
        if any(row.is_explained for row in mine) or self._stopped or known.is_unseen:
            return True
        return not any(not row.is_blank for row in mine) and bool(self._conflicts(known))

    # Several visits
    def _groups(self) -> Iterator[str]:
        for group in self.memory.groups:
            members = [self.memory.known[name] for name in group.names]
            if self._stopped or self.memory.is_wild or any(known.acts != 1 for known in members):
                continue
            if any(known.before is None or known.is_copied for known in members):
                continue
            taken = [self._is_done(known) for known in members]
            if self._is_half(members, taken):
                yield f"half of {group.what}: {', '.join(group.names)} -> {taken}"
            elif not all(taken) and self._has_room(group, members):
                yield f"refused though free: {group.what} of {', '.join(group.names)}"

    @staticmethod
    def _is_half(members: list[Known], taken: list[bool]) -> bool:
        """One was taken and another not, of which one needs the place of the other."""
        done = [known for known, is_done in zip(members, taken, strict=True) if is_done]
        left = [known for known, is_done in zip(members, taken, strict=True) if not is_done]
        return any(one.needs_place_of(two) or two.needs_place_of(one) for one in done for two in left)

    def _is_done(self, known: Known) -> bool:
        active = [b for b in self._active if b.pk in known.pks]
        if known.gone:
            return not active
        touched = known.touched & set(FACTS)
        return bool(active) and all(
            facts_of(active[0])[name] in known.wanted(name, self.memory.services, self.world.today)
            for name in touched
        )

    def _has_room(self, group: Group, members: list[Known]) -> bool:
        """Nobody else wanted or had any of the places, and no two of them want one."""
        wanted = []
        for known in members:
            row = known.wish
            if known.gone or row is None:
                continue
            days = row.dates(near=self.world.today)
            if len(days) != 1 or row.time is None:
                return False
            wanted.append((known.wish_specialist, datetime.combine(days.pop(), row.time, KYIV)))
        places = wanted + [(where, at) for who, where, at in self.memory.claims if who not in members]
        return not any(
            one[0] == two[0] and abs(one[1] - two[1]) < HOUR
            for n, one in enumerate(wanted)
            for two in places[:n] + places[n + 1 :]
        )


class Mirror:
    """The sheet alone: exactly the active visits of each specialist, each once, under its own id."""

    def __init__(self, world: World, active: list[Booking], rows: list[Row]) -> None:
        self.world, self.active, self.rows = world, active, rows

    def verdict(self) -> Iterator[str]:
        """What a look at all tabs tells."""
        shown: Counter[int] = Counter()
        uids = dict(SheetRow.objects.filter(booking__in=self.active).values_list("booking_id", "row_uid"))
        for specialist in self.world.specialists:
            if self.world.sheet_of(specialist) is None:
                yield f"mirror: {specialist.name} has no tab"
        # Of two rows that read the same either may be the visit's; the other has to be explained.
        ids = set(uids.values())
        for row in sorted(self.rows, key=lambda row: row.text("uid") not in ids):
            booking = next((b for b in self.active if self._shows(row, b) and not shown[b.pk]), None)
            if booking is not None:
                shown[booking.pk] += 1
                if row.text("uid") != uids.get(booking.pk):
                    yield f"id: {row} should carry {uids.get(booking.pk)}"
            elif not row.is_blank and not row.is_explained:
                yield f"mirror: no such visit, and nothing is said: {row}"
            elif row.is_blank and row.text("uid"):
                yield f"id: a blank row keeps one: {row}"
        for booking in self.active:
            if not shown[booking.pk]:
                yield f"mirror: not in the sheet: {say(booking)}"
        repeated = [uid for uid, n in Counter(row.text("uid") for row in self.rows).items() if uid and n > 1]
        if repeated:
            yield f"id: two rows are bound to one visit: {repeated}"

    @staticmethod
    def _reads(row: Row, name: str, *wanted: str) -> bool:
        """A column whose header staff took away is theirs; nothing of ours need stand there."""
        return name not in row.cells or row.text(name) in wanted

    def _shows(self, row: Row, booking: Booking) -> bool:
        facts = facts_of(booking)
        sheet = self.world.sheet_of(booking.specialist)
        return (
            sheet is not None
            and row.sheet_id == sheet.id
            and row.dates(near=facts["date"]) == {facts["date"]}
            and as_date(row.cells.get("date", ""), near=facts["date"]) is not None
            and row.time == facts["time"]
            and self._reads(row, "contact", booking.client.contact_id, f"#{booking.client_id}")
            and self._reads(row, "name", facts["name"])
            and row.text("service") == facts["service"]
        )
