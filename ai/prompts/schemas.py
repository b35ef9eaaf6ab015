"""The JSON schemas of the requests: all fields required, null = not given. No client data in them."""

from typing import Any

from botbackend.lib.clock import WEEKDAYS

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
INTENTS = ("book", "change", "cancel", "my_bookings", "question", "smalltalk", "human", "stop", "unclear")


def optional(kind: Schema) -> Schema:
    """Return the kind or null."""
    return {"anyOf": [kind, {"type": "null"}]}


def listed(kind: Schema) -> Schema:
    """Return a list of the kind."""
    return {"type": "array", "items": kind}


def described(kind: Schema, description: str) -> Schema:
    """Return the kind with a word of explanation for the model."""
    return {**kind, "description": description}


def record(**fields: Schema) -> Schema:
    """Return an object with exactly these fields."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def output_format(schema: Schema) -> Schema:
    """Return the value of `output_config.format`."""
    return {"type": "json_schema", "schema": schema}


_DAY = optional(described(STRING, "YYYY-MM-DD"))
_CLOCK = optional(described(STRING, "HH:MM"))

UNDERSTANDING = record(
    intent={"type": "string", "enum": list(INTENTS)},
    service_ids=listed(INTEGER),
    specialist_id=optional(INTEGER),
    date_from=_DAY,
    date_to=_DAY,
    weekday=optional({"type": "string", "enum": list(WEEKDAYS)}),
    time_from=_CLOCK,
    time_to=_CLOCK,
    exact_time=BOOLEAN,
    answer={"type": "string", "enum": ["yes", "no", "none"]},
    booking_ids=listed(INTEGER),
    guest_name=optional(STRING),
    guest_phone=optional(STRING),
    client_name=optional(STRING),
    client_phone=optional(STRING),
    language=described(STRING, "BCP 47"),
)

SUMMARY = record(
    summary=STRING,
    language=described(STRING, "BCP 47"),
    preferences=listed(STRING),
    notes=listed(STRING),
    open_questions=listed(STRING),
    promises=listed(STRING),
    last_outcome=STRING,
)

_START = described(STRING, "Local start, YYYY-MM-DDTHH:MM")


def _tool(name: str, description: str, **fields: Schema) -> Schema:
    return {"name": name, "description": description, "strict": True, "input_schema": record(**fields)}


# Sorted by name and the same for every salon and client: they open the cached prefix.
TOOLS: tuple[Schema, ...] = (
    _tool(
        "ask_human",
        "Hand the question or the whole talk to the salon's staff: a question the notes do not answer, a "
        "complaint, a wish for a person. Then tell the client that a colleague will answer.",
        reason=described(STRING, "What the client needs, one sentence"),
    ),
    _tool(
        "find_slots",
        "Look up free times. Several services are looked up one after another as one visit. Null means no "
        "limit.",
        service_ids=listed(INTEGER),
        specialist_id=optional(INTEGER),
        date_from=_DAY,
        date_to=_DAY,
        time_from=_CLOCK,
        time_to=_CLOCK,
    ),
    _tool(
        "propose_booking",
        "Check a new visit and prepare the card that asks the client for a yes. Books nothing. One item per "
        "service, each with its own start. guest_name and guest_phone only if it is for another person.",
        items=listed(record(service_id=INTEGER, specialist_id=optional(INTEGER), start=_START)),
        guest_name=optional(STRING),
        guest_phone=optional(STRING),
    ),
    _tool(
        "propose_cancel",
        "Prepare the card that asks the client whether these visits of theirs are to be cancelled. Cancels "
        "nothing.",
        booking_ids=listed(INTEGER),
    ),
    _tool(
        "propose_change",
        "Check another time, service or specialist for a visit of the client and prepare the card that asks "
        "for a yes. Changes nothing. Null means as it is.",
        booking_id=INTEGER,
        service_id=optional(INTEGER),
        specialist_id=optional(INTEGER),
        start=optional(_START),
    ),
)
