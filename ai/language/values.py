"""What words come to when they speak of days and times: the wish, and what it means or leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from botbackend.lib.clock import Weekday

Opening = Mapping[Weekday, tuple[tuple[time, time], ...]]


@dataclass(frozen=True)
class NamedTime:
    """The day and time that were named. `impossible` are the fields whose words name what does not exist."""

    date_from: date | None = None
    date_to: date | None = None
    weekday: Weekday | None = None
    time_from: time | None = None
    time_to: time | None = None
    exact_time: bool = False
    impossible: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """The day and time meant, settled by code in the salon's zone. `start` is set for one exact moment."""

    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    start: datetime | None = None


@dataclass(frozen=True)
class Question:
    """What has to be asked before anything is looked up: the key of a text and its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
