"""What a proposal keeps of its card, as JSON: written and read here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bookings.models import Booking
from bookings.values import Item

Visits = tuple[tuple[Item, ...], ...]


def visits_json(visits: Sequence[Sequence[Booking]]) -> list[list[dict[str, Any]]]:
    """Return held visits as a proposal keeps them."""
    return [
        [
            {
                "service_id": row.service_id,
                "specialist_id": row.specialist_id,
                "start": row.start.isoformat(),
                "guest_name": row.guest_name,
            }
            for row in rows
        ]
        for rows in visits
    ]


def visits_of(details: Mapping[str, Any]) -> Visits:
    """Return the visits of a card, for a move the one as it will be.

    A card of before it could show several has `items`, one visit, and one guest for all of it.
    """
    kept = details.get("visits")
    if kept is None:
        guest = details.get("guest_name", "")
        kept = [[{**one, "guest_name": guest} for one in details.get("items", ())]]
    return tuple(tuple(map(_item, visit)) for visit in kept if visit)


def _item(one: Mapping[str, Any]) -> Item:
    start = datetime.fromisoformat(one["start"])
    return Item(one["service_id"], one["specialist_id"], start, one["guest_name"])


def with_guests(visits: Visits, guests: Mapping[int, str]) -> Visits:
    """Return the visits with these guests; rows are numbered through all visits from 0, "" is the client."""
    rows = iter(range(sum(map(len, visits))))
    return tuple(
        tuple(replace(item, guest_name=guests.get(next(rows), item.guest_name)) for item in visit)
        for visit in visits
    )


def cancelled_ids(details: Mapping[str, Any]) -> list[int]:
    """Return the visits that the yes to a change cancels beside it."""
    return list(details.get("cancel_ids", ()))


def changed_ids(details: Mapping[str, Any]) -> list[int]:
    """Return the visits that a change gives another place, in the order of its `visits`."""
    gone = cancelled_ids(details)
    return [number for number in details["booking_ids"] if number not in gone]


def same_offer(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two cards ask for the same: these services, people and starts, or these visits."""
    return _offer(one) == _offer(other)


def _offer(details: Mapping[str, Any]) -> tuple[object, ...]:
    items = [item for visit in visits_of(details) for item in visit]
    return (
        sorted(details.get("booking_ids", ())),
        sorted(cancelled_ids(details)),
        sorted((item.start, item.service_id, item.specialist_id or 0, item.guest_name) for item in items),
    )
