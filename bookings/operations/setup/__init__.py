"""Everything that people at work set up: hours, leave, and who does what for how much.

Each holds the salon's lock (`projects.locking`), looks whether what the page showed still stands, says all
mistakes at once, and stores all or nothing.
"""

from bookings.operations.setup.catalogue import (
    RoomValues,
    ServiceValues,
    SpecialistValues,
    renew_calendar_address,
    reorder,
    save_room,
    save_service,
    save_specialist,
    set_in_use,
)
from bookings.operations.setup.cells import CellValues, set_cell, set_does_every_service
from bookings.operations.setup.closings import (
    LeaveValues,
    OverrideValues,
    remove_leave,
    remove_override,
    save_leave,
    save_override,
)
from bookings.operations.setup.hours import SalonWeek, Span, Week, set_salon_week, set_week
from bookings.operations.setup.limits import set_limits
from bookings.operations.setup.saving import Editor

__all__ = [
    "CellValues",
    "Editor",
    "LeaveValues",
    "OverrideValues",
    "RoomValues",
    "SalonWeek",
    "ServiceValues",
    "Span",
    "SpecialistValues",
    "Week",
    "remove_leave",
    "remove_override",
    "renew_calendar_address",
    "reorder",
    "save_leave",
    "save_override",
    "save_room",
    "save_service",
    "save_specialist",
    "set_cell",
    "set_does_every_service",
    "set_in_use",
    "set_limits",
    "set_salon_week",
    "set_week",
]
