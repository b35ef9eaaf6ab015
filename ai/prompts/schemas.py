"""The JSON schemas of the requests: all fields required, "", 0, [] and false = not given. No client data."""

from typing import Any

from botbackend.lib.clock import WEEKDAYS

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}


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


_DAY = described(STRING, "YYYY-MM-DD")
_CLOCK = described(STRING, 'HH:MM, 24 hours; "" if not said')


def one_of(*values: str) -> Schema:
    """Return a text that is one of these."""
    return {"type": "string", "enum": list(values)}


_ITEM = record(
    services=described(listed(INTEGER), "Service ids; several only if the word fits each of them"),
    specialist=described(INTEGER, "Specialist id; 0 if none was named"),
    not_specialists=described(listed(INTEGER), "Specialists the client does not want"),
    **{"for": described(STRING, 'Name of the person it is for; "" for the client')},
)
# What a wish says of services, days and hours; the search tool takes the same.
_WHEN: dict[str, Schema] = {
    "items": listed(_ITEM),
    "days": described(listed(record(**{"from": _DAY, "to": _DAY})), "Alternatives, best first"),
    "weekdays": listed(one_of(*WEEKDAYS)),
    "time_from": _CLOCK,
    "time_to": _CLOCK,
    "exact": described(BOOLEAN, "One moment is meant: time_from"),
    "time_is": described(one_of("start", "end"), "Whether the hours bind the start or the end of the visit"),
    "pick": one_of("any", "earliest", "latest"),
    "at_once": described(BOOLEAN, "All items at the same time"),
    "every_weeks": described(INTEGER, "A series: every so many weeks; 0 if none"),
    "times": described(INTEGER, "A series of so many visits; 0 if none"),
}

UNDERSTANDING = record(
    wishes=listed(
        record(
            kind=one_of("book", "change", "cancel"),
            visits=described(listed(INTEGER), "Ids of own visits that are meant; [] if not said which"),
            **_WHEN,
        )
    ),
    answer=described(one_of("yes", "no", "none"), "To the open proposal"),
    wants=one_of("none", "human", "stop", "my_bookings", "smalltalk", "question", "unclear"),
    to_answer=described(BOOLEAN, "Something has to be said in words"),
    remark=record(kind=one_of("none", "health", "complaint", "request", "other"), text=STRING),
    client_name=STRING,
    client_phone=STRING,
    guest_phone=STRING,
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

_START = described(STRING, 'Local start "YYYY-MM-DDTHH:MM", or the ref of a free start, e.g. "s3"')


def _tool(name: str, description: str, **fields: Schema) -> Schema:
    return {"name": name, "description": description, "strict": True, "input_schema": record(**fields)}


# Sorted by name and the same for every salon and client: they open the cached prefix.
TOOLS: tuple[Schema, ...] = (
    _tool(
        "ask_human",
        "Hand a question, a complaint or the whole talk to the salon's staff; they answer the client later. "
        "Tell the client so with `say`.",
        reason=described(STRING, "What the client needs, one sentence without the client's name"),
    ),
    _tool(
        "find_slots",
        "Look up free times for a wish. Items are looked up as one visit, one after another, or at the same "
        "time with at_once. What had to be given up stands in `relaxed`.",
        wish=record(**_WHEN),
    ),
    _tool(
        "propose_booking",
        "Check new visits and prepare the one card that asks the client for a yes to all of them. Books "
        "nothing. `specialist` 0: whoever is free.",
        visits=listed(
            record(
                items=listed(
                    record(
                        service=INTEGER,
                        specialist=INTEGER,
                        start=_START,
                        **{"for": described(STRING, 'Name of the guest; "" for the client')},
                    )
                )
            )
        ),
        guest_phone=STRING,
        note=described(STRING, 'What the specialist should know, in the client\'s words; "" if nothing'),
    ),
    _tool(
        "propose_cancel",
        "Prepare the card that asks the client whether these visits of theirs are to be cancelled. Cancels "
        "nothing.",
        visits=listed(INTEGER),
    ),
    _tool(
        "propose_change",
        "Check another time, service or specialist for a visit of the client and prepare the card that asks "
        'for a yes. Changes nothing. 0 and "" mean as it is. Several visits: one call '
        "for each, in one answer.",
        visit=INTEGER,
        service=INTEGER,
        specialist=INTEGER,
        start=_START,
    ),
    _tool(
        "say",
        "The message to the client, as the last call. Figures only as {references}.",
        text=STRING,
        notes=described(listed(INTEGER), "Ids of the notes that it draws on"),
    ),
)
