"""Who works when on what, who comes, and the visits. Knows nothing of chat, models or sheets."""

import secrets
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from projects.models import Project


def new_calendar_token() -> str:
    """Return the unguessable part of a specialist's calendar address."""
    return secrets.token_urlsafe(24)


class Specialist(models.Model):
    """A person who receives clients."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="specialists")
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    has_own_hours = models.BooleanField(
        default=False, help_text="Otherwise the salon's hours hold, every day"
    )
    does_every_service = models.BooleanField(default=True, help_text="Otherwise only what the matrix lists")
    calendar_token = models.CharField(max_length=64, unique=True, default=new_calendar_token)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="specialist_name_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """Something a client can book; its length is counted in the project's slots."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="services")
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    slots = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    buffer_before = models.PositiveSmallIntegerField(default=0, help_text="Minutes kept free before")
    buffer_after = models.PositiveSmallIntegerField(default=0, help_text="Minutes kept free after")
    gap_start = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes from the start to a processing gap"
    )
    gap_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Length of the processing gap; 0 = none"
    )
    resource_kind = models.CharField(
        max_length=64, blank=True, help_text="Needs a room or chair of this kind"
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="service_name_once"),
            models.CheckConstraint(condition=Q(slots__gte=1) & Q(slots__lte=288), name="service_slots_sane"),
        ]

    def __str__(self) -> str:
        return self.name


class Offering(models.Model):
    """A cell of the matrix: this specialist does this service, with own length, price and buffers."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="offerings")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offerings")
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    buffer_before = models.PositiveSmallIntegerField(null=True, blank=True)
    buffer_after = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["specialist", "service"], name="offering_once")]

    def __str__(self) -> str:
        return f"{self.specialist} does {self.service}"


class WeeklyRange(models.Model):
    """Working time of a specialist with own hours on a weekday (0 = Monday), wall-clock minutes."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="weekly_ranges")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start_minute"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekly_range_weekday"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute")) & Q(end_minute__lte=1440),
                name="weekly_range_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start_minute}-{self.end_minute}"


class WeeklyBreak(models.Model):
    """A break of one specialist, or of the whole salon when specialist is empty."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="weekly_breaks")
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, null=True, blank=True, related_name="weekly_breaks"
    )
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start_minute"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekly_break_weekday"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute")) & Q(end_minute__lte=1440),
                name="weekly_break_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start_minute}-{self.end_minute}"


class DateOverride(models.Model):
    """Other hours on one date: `ranges` is [[start_minute, end_minute], ...]; [] means closed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="date_overrides")
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, null=True, blank=True, related_name="date_overrides"
    )
    date = models.DateField()
    ranges = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "specialist", "date"], nulls_distinct=False, name="date_override_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.ranges}"


class DayOff(models.Model):
    """Whole local dates without new visits, both ends included; empty specialist = the salon."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="days_off")
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, null=True, blank=True, related_name="days_off"
    )
    date_from = models.DateField()
    date_to = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["date_from"]
        constraints = [
            models.CheckConstraint(condition=Q(date_to__gte=F("date_from")), name="day_off_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.date_from} - {self.date_to}"


class Resource(models.Model):
    """A room or chair that one visit uses at a time."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="resource_name_once")]

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    """A person who books. Names and phones are encrypted; the indexes serve exact search."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="clients")
    contact_id = models.CharField(max_length=64, blank=True, help_text="The channel's id of this person")
    name = EncryptedTextField(blank=True, default="")
    name_index = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    phone = EncryptedTextField(blank=True, default="")
    phone_index = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    language = models.CharField(max_length=8, blank=True)
    is_blocked = models.BooleanField(default=False)
    notes = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "contact_id"], condition=~Q(contact_id=""), name="client_contact_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.contact_id or f"client {self.pk}"


class Booking(models.Model):
    """One service with one specialist. The visits of one request share `visit_id`.

    `busy_from` and `busy_until` are start and end widened by the buffers of the day it was booked.
    """

    class Status(models.TextChoices):
        HELD = "held"
        BOOKED = "booked"
        CANCELLED = "cancelled"
        COMPLETED = "completed"
        NO_SHOW = "no_show"

    class Source(models.TextChoices):
        BOT = "bot"
        ADMIN = "admin"
        SHEET = "sheet"
        API = "api"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="bookings")
    visit_id = models.UUIDField(default=uuid.uuid4, db_index=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="bookings")
    specialist = models.ForeignKey(Specialist, on_delete=models.PROTECT, related_name="bookings")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bookings")
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    start = models.DateTimeField()
    end = models.DateTimeField()
    busy_from = models.DateTimeField()
    busy_until = models.DateTimeField()
    hold_until = models.DateTimeField(
        null=True, blank=True, help_text="A held row frees its slot at this moment"
    )
    is_overbooked = models.BooleanField(
        default=False, help_text="Put on top of another visit on purpose by staff"
    )
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    guest_name = EncryptedTextField(blank=True, default="")
    guest_phone = EncryptedTextField(blank=True, default="")
    photo_url = EncryptedTextField(blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["start", "id"]
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    ("specialist", RangeOperators.EQUAL),
                    (
                        Func(
                            "busy_from",
                            "busy_until",
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=["held", "booked"]) & Q(is_overbooked=False),
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="booking_in_order"),
            models.CheckConstraint(
                condition=Q(busy_from__lte=F("start")) & Q(busy_until__gte=F("end")),
                name="booking_busy_covers_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "start"], name="booking_project_start"),
            models.Index(fields=["client", "start"], name="booking_client_start"),
        ]

    def __str__(self) -> str:
        return f"{self.service} with {self.specialist} at {self.start:%Y-%m-%d %H:%M}Z ({self.status})"


class BookingEvent(models.Model):
    """The audit line of one change: who, from where, before and after."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=32)
    source = models.CharField(max_length=8, choices=Booking.Source.choices)
    actor = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} of booking {self.booking_id}"


class IdempotencyKey(models.Model):
    """Remembers what a request with a key did, so that its repeat does nothing more."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    visit_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
