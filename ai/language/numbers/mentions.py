"""What a number in a text can mean."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    TIME = "time"  # value: minutes of the day it may mean, likeliest first
    DATE = "date"  # value: DayRef
    WEEKDAY = "weekday"  # value: 0 = Monday
    RELATIVE = "relative"  # value: days from today
    PART = "part"  # value: morning, day, evening, night
    AMOUNT = "amount"  # value: Money
    NUMBER = "number"  # value: Decimal
    PERCENT = "percent"  # value: Decimal
    DURATION = "duration"  # value: minutes
    SPAN = "span"  # value: days
    PHONE = "phone"  # value: digits
    LINK = "link"
    HANDLE = "handle"
    EMAIL = "email"


class DayOfWeek(IntEnum):
    """A weekday as a value of its own, so that a text can name it."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True)
class DayRef:
    """A date as written: the month and the year may be left out, and it may not exist (31 June)."""

    day: int
    month: int | None = None
    year: int | None = None

    def fits(self, day: date) -> bool:
        """Tell whether this may be a way to write `day`."""
        return (
            self.day == day.day
            and self.month in (None, day.month)
            and (self.year is None or self.year == day.year)
        )


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str = ""


Value = tuple[int, ...] | DayRef | Money | Decimal | int | str


@dataclass(frozen=True)
class Mention:
    """One thing named in a text.

    `also` holds its other readings; `bound` is "from" or "to" of an open range, "in" of a length from now.
    """

    kind: Kind
    value: Value
    start: int
    end: int
    text: str = ""
    bound: str = ""
    spelled: bool = False
    also: tuple["Mention", ...] = field(default=(), compare=False)

    @property
    def minutes(self) -> tuple[int, ...]:
        """The minutes of the day a time may mean; empty for everything else."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def number(self) -> Decimal:
        """The bare number of an amount, number, percentage, duration, weekday or count of days."""
        if isinstance(self.value, Money):
            return self.value.amount
        return Decimal(self.value) if isinstance(self.value, int | Decimal) else Decimal(-1)

    @property
    def day(self) -> DayRef:
        """The date as written; only of dates."""
        if not isinstance(self.value, DayRef):
            raise TypeError(f"{self.kind} is no date")
        return self.value

    def readings(self) -> tuple["Mention", ...]:
        """Return this reading and all others."""
        return (self, *self.also)
