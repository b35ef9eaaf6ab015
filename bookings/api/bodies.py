"""Bodies of requests and answers of the bookings API; `StrictModel` refuses unknown fields."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainValidator, StringConstraints, WithJsonSchema, field_validator

from projects.api import StrictModel


def _id_or_name(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and 0 < len(value.strip()) <= 200:
        return value
    raise ValueError("write an id or a name")


# A plain validator, because a union would put its branches into the path of a mistake.
Named = Annotated[
    int | str,
    PlainValidator(_id_or_name),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": 200}]}),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Moment = Annotated[str, StringConstraints(min_length=10, max_length=40)]


class ClientBody(StrictModel):
    contact_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] | None = None
    name: Text | None = None
    phone: Phone | None = None


class BookingRequest(StrictModel):
    """`service` and `specialist` by id or name; no specialist = any; `start` without offset = salon time."""

    service: Named
    start: Moment
    client: ClientBody
    specialist: Named | None = None
    guest_name: Text | None = None
    guest_phone: Phone | None = None


class BookingPatch(StrictModel):
    """What is left out stays as it is; null is a mistake, because it could mean two things."""

    start: Moment | None = None
    service: Named | None = None
    specialist: Named | None = None
    guest_name: Text | None = None
    guest_phone: Phone | None = None
    status: Literal["completed", "no_show"] | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _no_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("leave this out, or write a value")
        return value


class ClientAnswer(BaseModel):
    contact_id: str
    name: str
    phone: str


class BookingAnswer(BaseModel):
    id: int
    specialist: str
    specialist_id: int
    service: str
    service_id: int
    start: datetime
    end: datetime
    status: Literal["held", "booked", "cancelled", "completed", "no_show"] = Field(
        description="In the office: Held for a client, Booked, Cancelled, Done, No-show"
    )
    client: ClientAnswer
    guest_name: str
    note: str
    source: Literal["bot", "admin", "sheet", "api"] = Field(
        description="Where it was booked; in the office: Bot, Office, Spreadsheet, Another program"
    )
    price: float | None
    price_from: bool = Field(
        default=False, description="True where the price only begins at `price`, else left out"
    )
    price_to: float | None = Field(
        default=None, description="Beside it, where it is known, the most it comes to"
    )


class BookingsAnswer(BaseModel):
    bookings: list[BookingAnswer]
    next: str | None


class SlotAnswer(BaseModel):
    specialist_id: int
    specialist: str
    service_id: int
    service: str
    start: datetime
    end: datetime


class SlotsAnswer(BaseModel):
    slots: list[SlotAnswer]


class ErrorBody(BaseModel):
    code: str
    message: str
    fields: dict[str, list[str]]


class RefusalAnswer(BaseModel):
    """`alternatives` is there when a time was refused."""

    error: ErrorBody
    alternatives: list[SlotAnswer] = []
