"""A salon as a scenario file describes it."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from botbackend.lib.clock import Weekday

Span = tuple[int, int]
_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")


def _spans(value: Any) -> Any:
    """Read "09:00-13:00" or a list of such; minutes from midnight."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise ValueError('write hours as "09:00-20:00"')
    found = [_SPAN.fullmatch(text) if isinstance(text, str) else None for text in texts]
    if None in found:
        raise ValueError('write hours as "09:00-20:00"')
    return [(int(s[1]) * 60 + int(s[2]), int(s[3]) * 60 + int(s[4])) for s in found if s is not None]


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("is no time zone")
    return value


Spans = Annotated[list[Span], BeforeValidator(_spans)]
Zone = Annotated[str, AfterValidator(_zone)]


class Strict(BaseModel):
    """No unknown field: a misspelt expectation would never be checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ServiceRow(Strict):
    """A service of the catalogue; no price means that only staff can tell it."""

    minutes: int = Field(gt=0)
    price: Decimal | None = None


class SpecialistRow(Strict):
    """What a specialist does and when they pause, every day."""

    services: list[str] = Field(min_length=1)
    breaks: Spans = []


class DayOffRow(Strict):
    """Closed dates, both included; no specialist: the whole salon."""

    first: date
    last: date
    specialist: str = ""


class ScenarioSalon(Strict):
    """Everything of a project that a scenario may want to set."""

    name: str
    timezone: Zone
    language: Literal["uk", "ru", "en", "pl"]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    slot_minutes: int = 30
    min_notice_minutes: int = 120
    horizon_days: int = 60
    cancel_deadline_hours: int = 0
    confirm_before_booking: bool = True
    messages_per_hour: int = 120
    hours: dict[Weekday, Spans]
    services: dict[str, ServiceRow] = Field(min_length=1)
    specialists: dict[str, SpecialistRow] = Field(min_length=1)
    days_off: list[DayOffRow] = []
    notes: dict[str, str] = {}
    prompts: dict[Literal["intent_detection", "service_identification", "main_response"], str] = {}

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        for name, person in self.specialists.items():
            for service in person.services:
                if service not in self.services:
                    raise ValueError(f"{name} does {service}, which is not among the services")
        for row in self.days_off:
            if row.specialist and row.specialist not in self.specialists:
                raise ValueError(f"a day off of {row.specialist}, who is not among the specialists")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
