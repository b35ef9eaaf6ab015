"""Who works when on what, who comes, and the visits. Knows nothing of chat, models or sheets."""

from bookings.models.catalogue import Resource, Service, Specialist, new_calendar_token
from bookings.models.client_history import ClientEvent, ClientMerge, ClientsApart
from bookings.models.clients import Client
from bookings.models.hours import DateOverride, DayOff, WeeklyBreak, WeeklyRange
from bookings.models.offerings import Offering
from bookings.models.rules import BookingRules, rules_of
from bookings.models.visits import Booking, BookingEvent, IdempotencyKey

__all__ = [
    "Booking",
    "BookingEvent",
    "BookingRules",
    "Client",
    "ClientEvent",
    "ClientMerge",
    "ClientsApart",
    "DateOverride",
    "DayOff",
    "IdempotencyKey",
    "Offering",
    "Resource",
    "Service",
    "Specialist",
    "WeeklyBreak",
    "WeeklyRange",
    "new_calendar_token",
    "rules_of",
]
