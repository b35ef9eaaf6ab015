"""The rules written a second time, as slowly and plainly as possible: one minute after another.

Shares nothing with the engine but the plain values it is asked about.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Range = tuple[int, int]


@dataclass
class OracleVisit:
    """Minutes since 1970 UTC; `gap` is None or minutes in which hands are free."""

    start: int
    end: int
    before: int = 0
    after: int = 0
    gap: Range | None = None
    room: int | None = None


@dataclass
class OracleSalon:
    zone: ZoneInfo
    slot_minutes: int
    weekly: dict[int, list[Range]]
    breaks: dict[int, list[Range]] = field(default_factory=dict)
    overrides: dict[date, list[Range]] = field(default_factory=dict)
    days_off: list[tuple[date, date]] = field(default_factory=list)
    notice: int = 0
    horizon: int = 60
    nesting: bool = False
    rooms: list[int] = field(default_factory=list)


@dataclass
class OracleWish:
    duration: int
    before: int
    after: int
    gap_start: int
    gap_minutes: int
    needs_room: bool


def local(minute: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)


class Oracle:
    """Bitmaps over the minutes of a window that is wide enough for everything asked."""

    def __init__(self, salon: OracleSalon, visits: list[OracleVisit], low: int, high: int) -> None:
        self.salon, self.low, self.high = salon, low, high
        self.wall: list[int] = []
        self.date: list[date] = []
        self.works: list[bool] = []
        for minute in range(low, high):
            moment = local(minute, salon.zone)
            clock, day = moment.hour * 60 + moment.minute, moment.date()
            self.wall.append(clock)
            self.date.append(day)
            self.works.append(self._works(day, clock))
        self.hands = [False] * (high - low)
        self.rooms = {room: [False] * (high - low) for room in salon.rooms}
        for visit in visits:
            self._mark(visit)

    def _works(self, day: date, clock: int) -> bool:
        salon = self.salon
        if any(first <= day <= last for first, last in salon.days_off):
            return False
        if day in salon.overrides:
            return any(start <= clock < end for start, end in salon.overrides[day])
        open_now = any(start <= clock < end for start, end in salon.weekly.get(day.weekday(), []))
        paused = any(start <= clock < end for start, end in salon.breaks.get(day.weekday(), []))
        return open_now and not paused

    def _mark(self, visit: OracleVisit) -> None:
        for minute in range(visit.start - visit.before, visit.end + visit.after):
            if not self.low <= minute < self.high:
                continue
            in_gap = visit.gap is not None and visit.gap[0] <= minute < visit.gap[1]
            if not (in_gap and self.salon.nesting):
                self.hands[minute - self.low] = True
            if visit.room is not None:
                self.rooms[visit.room][minute - self.low] = True

    def accepts(self, wish: OracleWish, start: int, now: datetime) -> bool:
        """Say whether a visit may begin at the minute, on the grid or not."""
        salon, at = self.salon, start - self.low
        if datetime.fromtimestamp(start * 60, UTC) < now + timedelta(minutes=salon.notice):
            return False
        if self.date[at] > now.astimezone(salon.zone).date() + timedelta(days=salon.horizon):
            return False
        if not all(self.works[at : at + wish.duration]):
            return False
        fits = wish.gap_minutes > 0 and wish.gap_start + wish.gap_minutes < wish.duration
        for minute in range(at - wish.before, at + wish.duration + wish.after):
            gap = range(at + wish.gap_start, at + wish.gap_start + wish.gap_minutes)
            if fits and salon.nesting and minute in gap:
                continue
            if self.hands[minute]:
                return False
        if not wish.needs_room:
            return True
        whole = range(at - wish.before, at + wish.duration + wish.after)
        return any(not any(taken[minute] for minute in whole) for taken in self.rooms.values())

    def on_grid(self, start: int) -> bool:
        return self.wall[start - self.low] % self.salon.slot_minutes == 0
