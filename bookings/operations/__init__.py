"""Everything that writes bookings: atomic, idempotent by key, audited; refusals are BookingErrors."""

from bookings.operations.activate import Activation, activate, activate_booking, activate_visits
from bookings.operations.apart import another_person, keep_apart
from bookings.operations.attend import complete_booking, mark_no_show
from bookings.operations.change import change_booking, item_of, note_on_booking
from bookings.operations.change_several import change_bookings
from bookings.operations.client_card import add_client, edit_client, set_blocked, shown_mark
from bookings.operations.clients import get_or_create_client, new_client, remember_source, update_client
from bookings.operations.hold import hold_slots, hold_visits, release_holds
from bookings.operations.merging import merge_clients, undo_merge
from bookings.operations.preconditions import edition_of
from bookings.operations.prices import set_prices
from bookings.operations.reject import reject_booking
from bookings.operations.remarks import correct_note
from bookings.operations.services import change_services
from bookings.operations.staff_notes import write_staff_note
from bookings.operations.stored_visits import of_visit as bookings_of_visit
from bookings.operations.told import note_told, with_told
from bookings.operations.whole_visits import (
    cancel_visit,
    finish_visit,
    mark_arrived,
    move_visit,
    restore_visit,
)
from bookings.values import Item, Origin, Slot, VisitChange, VisitRequest

__all__ = [
    "Activation",
    "Item",
    "Origin",
    "Slot",
    "VisitChange",
    "VisitRequest",
    "activate",
    "activate_booking",
    "activate_visits",
    "add_client",
    "another_person",
    "bookings_of_visit",
    "cancel_visit",
    "change_booking",
    "change_bookings",
    "change_services",
    "complete_booking",
    "correct_note",
    "edit_client",
    "edition_of",
    "finish_visit",
    "get_or_create_client",
    "hold_slots",
    "hold_visits",
    "item_of",
    "keep_apart",
    "mark_arrived",
    "mark_no_show",
    "merge_clients",
    "move_visit",
    "new_client",
    "note_on_booking",
    "note_told",
    "reject_booking",
    "release_holds",
    "remember_source",
    "restore_visit",
    "set_blocked",
    "set_prices",
    "shown_mark",
    "undo_merge",
    "update_client",
    "with_told",
    "write_staff_note",
]
