"""What the model may write into its tools. Everything is checked; nothing unknown is taken."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ai.understanding.form import MOST_ITEMS, WishedItem, WishedTime

MOST_VISITS = 6
MOST_CANCELLED = 20


class ToolInput(BaseModel):
    """Unknown fields are refused: a model that invents one misunderstands the tool."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class SearchedTime(WishedTime):
    items: tuple[WishedItem, ...] = Field(min_length=1, max_length=MOST_ITEMS)


class FindSlots(ToolInput):
    wish: SearchedTime


class ProposedItem(ToolInput):
    """`start` is a local time or the ref of a free start; `specialist` 0 is whoever is free."""

    service: int
    specialist: int = 0
    start: str
    guest: str = Field(default="", alias="for")


class ProposedVisit(ToolInput):
    items: list[ProposedItem] = Field(min_length=1, max_length=MOST_ITEMS)


class ProposeBooking(ToolInput):
    visits: list[ProposedVisit] = Field(min_length=1, max_length=MOST_VISITS)
    guest_phone: str = ""
    note: str = ""


class ProposeChange(ToolInput):
    visit: int
    service: int = 0
    specialist: int = 0
    start: str = ""


class ProposeCancel(ToolInput):
    visits: list[int] = Field(min_length=1, max_length=MOST_CANCELLED)


class AskHuman(ToolInput):
    reason: str


class Say(ToolInput):
    text: str
    notes: list[int] = []

    @field_validator("text", mode="after")
    @classmethod
    def _stripped(cls, value: str) -> str:
        return value.strip()


def readable_input(arguments: Any) -> Any:
    """Return the wish itself where the model forgot to wrap it."""
    if isinstance(arguments, dict) and "items" in arguments and "wish" not in arguments:
        return {"wish": arguments}
    return arguments
