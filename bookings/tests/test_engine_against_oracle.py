"""The engine and a minute-by-minute oracle must agree on random salons, also where clocks change."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bookings.engine.board import Board
from bookings.engine.reading import Occupied
from bookings.engine.rules import OfferingRule, Rules, ServiceRule, SpecialistRule
from bookings.errors import BookingError
from bookings.tests.oracle import Oracle, OracleSalon, OracleVisit, OracleWish

ANNA, CUT = 1, 1
ZONES = [
    "Europe/Kyiv",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # its clock changes by half an hour
    "America/St_Johns",
    "Pacific/Chatham",
    "America/Havana",  # its clock changes at midnight
    "Africa/Cairo",
    "America/Santiago",
    "Africa/Casablanca",
    "UTC",
]


@cache
def change_dates(zone: str) -> list[date]:
    """The local dates of 2025-2027 on which the zone's clock changes."""
    place, found = ZoneInfo(zone), []
    hour = datetime(2025, 1, 1, tzinfo=UTC)
    offset = hour.astimezone(place).utcoffset()
    while hour.year < 2028:
        hour += timedelta(hours=1)
        later = hour.astimezone(place).utcoffset()
        if later != offset:
            found.append(hour.astimezone(place).date())
            offset = later
    return found


@st.composite
def days(draw: st.DrawFn, zone: str) -> date:
    changes = change_dates(zone)
    near_a_change: bool = draw(st.booleans())
    if changes and near_a_change:
        return draw(st.sampled_from(changes)) + timedelta(days=draw(st.integers(-1, 1)))
    return date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 364)))


@st.composite
def ranges(draw: st.DrawFn, most: int = 3) -> list[tuple[int, int]]:
    """Ranges in order that may touch; the ends of the day are drawn often."""
    edge = st.one_of(st.sampled_from([0, 1440, 540, 1080]), st.integers(0, 288).map(lambda five: five * 5))
    edges = sorted(draw(st.lists(edge, min_size=0, max_size=2 * most)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [(start, end) for start, end in pairs if start < end]


@st.composite
def salons(draw: st.DrawFn) -> tuple[OracleSalon, date]:
    zone = draw(st.sampled_from(ZONES))
    day = draw(days(zone))
    off = draw(st.sampled_from([None, None, None, None, -1, 0, 1, 2]))
    other = draw(st.sampled_from([None, None, None, 0, 1, 2]))
    weekly = {weekday: draw(ranges()) for weekday in range(7)}
    if draw(st.booleans()):
        weekly = {weekday: [(0, 1440)] for weekday in range(7)}
    return OracleSalon(
        zone=ZoneInfo(zone),
        slot_minutes=draw(st.sampled_from([5, 7, 10, 15, 20, 30, 45, 50, 60, 90])),
        weekly=weekly,
        breaks={weekday: draw(ranges(1)) for weekday in range(7)},
        overrides={} if other is None else {day + timedelta(days=other): draw(ranges())},
        days_off=[] if off is None else [(day + timedelta(days=off), day + timedelta(days=off))],
        notice=draw(st.sampled_from([0, 0, 0, 60, 60, 1500])),
        horizon=draw(st.sampled_from([0, 1, 60, 60, 60, 60])),
        nesting=draw(st.booleans()),
        rooms=draw(st.sampled_from([[], [1], [1, 2], [1, 2]])),
    ), day


@st.composite
def wishes(draw: st.DrawFn) -> OracleWish:
    return OracleWish(
        duration=draw(st.integers(1, 40).map(lambda five: five * 5)),
        before=draw(st.sampled_from([0, 0, 5, 15, 60])),
        after=draw(st.sampled_from([0, 0, 10, 30, 120])),
        gap_start=draw(st.sampled_from([0, 30, 45])),
        gap_minutes=draw(st.sampled_from([0, 15, 30, 60])),
        needs_room=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def visits(draw: st.DrawFn, salon: OracleSalon, low: int) -> list[OracleVisit]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        start = low + draw(st.integers(0, 600)) * 5
        length = draw(st.integers(1, 30)) * 5
        gap = None
        if length > 30 and draw(st.booleans()):
            gap = (start + 10, start + length - 10)
        found.append(
            OracleVisit(
                start=start,
                end=start + length,
                before=draw(st.sampled_from([0, 0, 10, 45])),
                after=draw(st.sampled_from([0, 0, 15, 30])),
                gap=gap,
                room=draw(st.sampled_from([None, *salon.rooms])),
            )
        )
    return found


def board_of(
    salon: OracleSalon, wish: OracleWish, taken: list[OracleVisit], day: date, now: datetime
) -> Board:
    """The same salon as the engine reads it, as somebody with own hours."""
    number = (day - date(1970, 1, 1)).days

    def spans(first: date, last: date) -> tuple[int, int]:
        return number + (first - day).days, number + (last - day).days

    rules = Rules(
        zone=salon.zone,
        slot_minutes=salon.slot_minutes,
        salon_hours=(0, 1440),
        min_notice_minutes=salon.notice,
        horizon_days=salon.horizon,
        allow_nesting=salon.nesting,
        specialists={ANNA: SpecialistRule(ANNA, "Anna", True, 0, True, False)},
        services={
            CUT: ServiceRule(
                CUT,
                "Cut",
                True,
                1,
                None,
                wish.before,
                wish.after,
                wish.gap_start,
                wish.gap_minutes,
                "chair" if wish.needs_room else "",
            )
        },
        offerings={(ANNA, CUT): OfferingRule(wish.duration, None, None, None)},
        weekly={(ANNA, weekday): list(found) for weekday, found in salon.weekly.items()},
        breaks={(None, weekday): list(found) for weekday, found in salon.breaks.items()},
        overrides={(ANNA, spans(when, when)[0]): list(found) for when, found in salon.overrides.items()},
        days_off={None: [spans(first, last) for first, last in salon.days_off]},
        resources={"chair": list(salon.rooms)},
    )
    board = Board(rules, first=day, last=day + timedelta(days=1), now=now)
    board.occupy(_row(index, visit) for index, visit in enumerate(taken))
    return board


def _row(index: int, visit: OracleVisit) -> Occupied:
    gap_from, gap_until = visit.gap or (None, None)
    busy_from, busy_until = visit.start - visit.before, visit.end + visit.after
    return Occupied(
        index, ANNA, visit.room, "booked", False, busy_from, busy_until, gap_from, gap_until, False
    )


# A few hundred salons in a usual run, ten thousand where the nightly profile asks for them.
@settings(
    max_examples=max(300, settings.default.max_examples if settings.default else 0),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_the_engine_offers_exactly_what_the_oracle_accepts(data: st.DataObject) -> None:
    salon, day = data.draw(salons())
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    low = int(midnight.timestamp()) // 60 - 1440
    wish, taken = data.draw(wishes()), data.draw(visits(salon, low))
    now = datetime.fromtimestamp((low + data.draw(st.integers(0, 3000))) * 60, UTC)
    now -= timedelta(seconds=data.draw(st.integers(0, 59)))
    board = board_of(salon, wish, taken, day, now)
    oracle = Oracle(salon, taken, low + 8 * 60, low + 92 * 60)
    asked = [
        low + 8 * 60 + index
        for index, found in enumerate(oracle.date)
        if found in (day, day + timedelta(days=1))
    ]

    expected = [minute for minute in asked if oracle.on_grid(minute) and oracle.accepts(wish, minute, now)]

    event("something is free" if expected else "nothing is free")
    assert board.grid_starts(ANNA, CUT) == expected
    for minute in data.draw(st.lists(st.sampled_from(asked), max_size=20)):
        assert places(board, minute) == oracle.accepts(wish, minute, now)


def places(board: Board, minute: int) -> bool:
    """What an operation is told about one start."""
    try:
        board.place(service_id=CUT, specialist_ids=[ANNA], start=minute)
    except BookingError:
        return False
    return True


@pytest.mark.parametrize(
    "zone", [zone for zone in ZONES if zone not in {"UTC", "Asia/Kolkata", "Asia/Kathmandu"}]
)
def test_the_random_salons_do_meet_changes_of_the_clock(zone: str) -> None:
    assert change_dates(zone)
