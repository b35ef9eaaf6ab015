"""The shape of the configuration, field by field. What one field alone cannot tell is in `checks`."""

import math
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, TypeAdapter, model_validator

from ai.models import MAX_PROMPT_LENGTH
from bookings.limits import FIRST_YEAR, LAST_YEAR, MAX_BUFFER_MINUTES, MAX_DEADLINE_HOURS, MAX_NOTICE_MINUTES
from bookings.models.prices import NOT_MORE, Price
from botbackend.lib.clock import Weekday
from botbackend.lib.phones import COUNTRIES
from botbackend.lib.text import shown
from botbackend.salon_api.config.times import read_range
from dialogues.identities import credential_in, id_in, path_secret_in
from projects.bodies import StrictModel
from projects.choices import known_currency, known_language
from projects.models import LONGEST_NAME
from projects.zones import known_zone
from sheets.addresses import spreadsheet_id_in

MAX_SPECIALISTS = 500
MAX_SERVICES = 1000
MAX_AMOUNT = Decimal("99999999.99")


def _name(text: str) -> str:
    if text.strip() and text != text.strip():
        raise ValueError("must not begin or end with a space")
    return shown(_printable(text), longest=LONGEST_NAME)


def _printable(text: str) -> str:
    if any(sign < " " or sign in "\x7f\u2028\u2029" for sign in text):
        raise ValueError("must not contain control characters or line breaks")
    return text


def _known_country(text: str) -> str:
    if text and text not in COUNTRIES:
        raise ValueError("unknown country; use a code such as UA")
    return text


def _amount(value: Any) -> Any:
    """Read a JSON number as the decimal that was typed; texts and booleans are no amounts."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    return Decimal(repr(value))


def _sheet_id(text: str) -> str:
    return _printable(spreadsheet_id_in(text))


def _calendar_year(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_name)]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_amount, json_schema_input_type=float),
    Field(ge=0, le=MAX_AMOUNT, decimal_places=2),
]

Day = Annotated[date, AfterValidator(_calendar_year)]
Prompt = Annotated[str, Field(max_length=MAX_PROMPT_LENGTH)]
Credential = Annotated[str, Field(max_length=200), AfterValidator(credential_in)]
Model = Annotated[str, Field(max_length=100), AfterValidator(_printable)]


class PriceRange(StrictModel):
    """A price that begins at an amount, and the most it comes to where that is known."""

    begins: Amount = Field(alias="from")
    to: Amount | None = None

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.to is not None and self.to <= self.begins:
            raise ValueError(f"`to` {NOT_MORE}")
        return self


_AMOUNT = TypeAdapter(Amount)


def _price(value: Any) -> Price:
    """Read an object as a range, everything else as an amount; mistakes within keep their own paths."""
    if not isinstance(value, dict):
        return Price(_AMOUNT.validate_python(value))
    found = PriceRange.model_validate(value)
    return Price(found.begins, is_from=True, to=found.to)


PriceValue = Annotated[Price, PlainValidator(_price, json_schema_input_type=float | PriceRange)]


class WorkHours(StrictModel):
    """The salon's hours, every day, for everybody without hours of their own."""

    start: str
    end: str

    def minutes(self) -> tuple[int, int]:
        """Minutes after midnight. Raises ValueError."""
        return read_range(self.start, self.end)


class Prompts(StrictModel):
    """The four prompts; an empty text goes back to the shipped one."""

    intent_detection: Prompt = ""
    service_identification: Prompt = ""
    main_response: Prompt = ""
    dialogue_compression: Prompt = ""


class DayOffEntry(StrictModel):
    """Whole local dates, both ends included; no specialist means the salon."""

    specialist: str | None = None
    date_from: Day = Field(alias="from")
    date_to: Day = Field(alias="to")
    reason: ShortText = ""


class Buffers(StrictModel):
    """Minutes kept free around a visit."""

    before: Annotated[int, Field(ge=0, le=MAX_BUFFER_MINUTES)] = 0
    after: Annotated[int, Field(ge=0, le=MAX_BUFFER_MINUTES)] = 0


class SendPulse(StrictModel):
    """The channel; the two secrets can be written and never read."""

    bot_id: Annotated[str, Field(max_length=64), AfterValidator(id_in)] = ""
    client_id: Credential = ""
    client_secret: Credential = ""
    webhook_secret: Annotated[str, Field(max_length=200), AfterValidator(path_secret_in)] = ""


class Ai(StrictModel):
    """Models and the monthly ceiling; null means the installation's default and no ceiling.

    The operator's: with an API key they can be posted back as they are, not changed.
    """

    model_fast: Model | None = None
    model_main: Model | None = None
    monthly_budget_usd: Amount | None = None


class ConfigDocument(StrictModel):
    """Everything is optional: what is left out stays as it was."""

    project_id: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = ""
    name: Name = ""
    specialists: Annotated[list[Name], Field(max_length=MAX_SPECIALISTS)] = []
    services: Annotated[dict[Name, Annotated[int, Field(ge=1, le=288)]], Field(max_length=MAX_SERVICES)] = {}
    work_hours: WorkHours = WorkHours(start="09:00", end="18:00")
    google_sheet_id: Annotated[str, Field(max_length=2000), AfterValidator(_sheet_id)] | None = None
    claude_prompts: Prompts = Prompts()
    timezone: Annotated[str, AfterValidator(known_zone)] = ""
    language: Annotated[str, AfterValidator(known_language)] = ""
    currency: Annotated[str, AfterValidator(known_currency)] = ""
    country: Annotated[str, AfterValidator(_known_country)] = ""
    slot_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    min_notice_minutes: Annotated[int, Field(ge=0, le=MAX_NOTICE_MINUTES)] = 0
    horizon_days: Annotated[int, Field(ge=0, le=730)] = 60
    cancel_deadline_hours: Annotated[int, Field(ge=0, le=MAX_DEADLINE_HOURS)] = 0
    debounce_seconds: Annotated[float, Field(ge=0, le=60)] = 4.0
    max_wait_seconds: Annotated[float, Field(ge=0, le=300)] = 15.0
    prices: dict[str, PriceValue] = {}
    specialist_prices: dict[str, dict[str, PriceValue]] = {}
    names: dict[str, dict[Annotated[str, AfterValidator(known_language)], Name]] = {}
    specialist_services: dict[str, list[str]] = {}
    specialist_hours: dict[str, dict[Weekday, list[list[str]]]] = {}
    days_off: Annotated[list[DayOffEntry], Field(max_length=5000)] = []
    buffers: dict[str, Buffers] = {}
    sendpulse: SendPulse = SendPulse()
    ai: Ai = Ai()
    confirm_before_booking: bool = True
    ids: Any = None
    warnings: Any = None

    def gives(self, field: str) -> bool:
        """Does the document say anything about this field?"""
        return field in self.model_fields_set
