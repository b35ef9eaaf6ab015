"""The visits, their history, and the keys that make repeats harmless."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings.limits import MAX_NOTE, MAX_OCCUPIED_MINUTES
from bookings.models.catalogue import Resource, Service, Specialist
from bookings.models.clients import Client
from bookings.models.prices import Priced, price_in_order
from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from projects.models import Project


def _busy_range() -> Func:
    return Func(
        "busy_from", "busy_until", RangeBoundary(), function="TSTZRANGE", output_field=DateTimeRangeField()
    )


def _hands_on() -> Func:
    """Return the busy range without the processing gap, as a multirange."""
    before_gap = Func(
        "busy_from",
        Coalesce("gap_from", "busy_until"),
        RangeBoundary(),
        function="TSTZRANGE",
        output_field=DateTimeRangeField(),
    )
    after_gap = Func(
        Coalesce("gap_until", "busy_until"),
        "busy_until",
        RangeBoundary(),
        function="TSTZRANGE",
        output_field=DateTimeRangeField(),
    )
    return Func(before_gap, after_gap, function="TSTZMULTIRANGE", output_field=DateTimeRangeField())


_TAKES_TIME = Q(status__in=["held", "booked"]) & Q(is_overbooked=False)


def has_taken_place(now: datetime) -> Q:
    """Was the visit called done, or is it over and nobody said otherwise?"""
    return Q(status="completed") | Q(status="booked", end__lte=now)


class BookingQuerySet(models.QuerySet["Booking"]):
    def ahead(self, now: datetime) -> "BookingQuerySet":
        """Booked visits that are not over: they count against a client's cap and can still be spoken of."""
        return self.filter(status=Booking.Status.BOOKED, end__gte=now)

    def real(self, now: datetime) -> "BookingQuerySet":
        """Visits, and holds that still hold at `now`: everything but a hold that ended, swept up or not.

        Only a row that never became a visit keeps its `hold_until`, so that tells an ended hold from a visit
        that somebody cancelled.
        """
        is_visit = Q(hold_until=None) | ~Q(status__in=[Booking.Status.HELD, Booking.Status.CANCELLED])
        return self.filter(is_visit | Q(status=Booking.Status.HELD, hold_until__gt=now))

    def took_place(self, now: datetime) -> "BookingQuerySet":
        """Visits that somebody called done, and those that are over and of which nobody said otherwise."""
        return self.filter(has_taken_place(now))

    def with_names(self) -> "BookingQuerySet":
        """Together with what a visit is called by: its specialist, service and client."""
        return self.select_related("specialist", "service", "client")

    def of_client(self, client: Client, *, limit: int | None = None) -> list["Booking"]:
        """The rows with their names, all of one client who is at hand: nothing of them is decrypted again."""
        rows = list(self.filter(client=client).select_related("specialist", "service")[:limit])
        for row in rows:
            row.client = client
        return rows


class Booking(models.Model, Priced):
    """One service with one specialist. The visits of one request share `visit_id`.

    `busy_from` and `busy_until` are start and end widened by the buffers of the day it was booked; the
    constraints speak of them. A hold for a visit that is to be moved leaves out what that visit itself
    occupies (as its gap), so that both can stand until the client says yes.
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

    # These three have no indexes of their own: longer ones begin with them, and every write pays for each.
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="bookings", db_index=False)
    visit_id = models.UUIDField(default=uuid.uuid4, db_index=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    specialist = models.ForeignKey(
        Specialist, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bookings")
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    start = models.DateTimeField()
    end = models.DateTimeField()
    busy_from = models.DateTimeField()
    busy_until = models.DateTimeField()
    gap_from = models.DateTimeField(
        null=True, blank=True, help_text="From here to the gap's end another visit may be put in"
    )
    gap_until = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(
        null=True, blank=True, help_text="A held row frees its slot at this moment"
    )
    is_overbooked = models.BooleanField(
        default=False, help_text="Put on top of another visit on purpose by staff"
    )
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    price_from = models.BooleanField(default=False, db_default=False, help_text="The price begins here")
    price_to = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    guest_name = EncryptedTextField(blank=True, default="")
    guest_phone = EncryptedTextField(blank=True, default="")
    photo_url = EncryptedTextField(blank=True, default="")
    note = EncryptedTextField(
        blank=True, default="", db_default="", help_text="What the client asks staff to heed, a remark a line"
    )
    staff_note = EncryptedTextField(
        blank=True,
        default="",
        db_default="",
        help_text="For colleagues alone: no client, model, sheet or feed is told of it",
    )
    staff_note_by = models.CharField(max_length=100, blank=True, default="", db_default="")
    staff_note_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True, help_text="When the client came in")
    source = models.CharField(max_length=8, choices=Source.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["start", "id"]
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    ("specialist", RangeOperators.EQUAL),
                    (_hands_on(), RangeOperators.OVERLAPS),
                ],
                condition=_TAKES_TIME,
            ),
            ExclusionConstraint(
                name="booking_no_overlap_in_room",
                expressions=[("resource", RangeOperators.EQUAL), (_busy_range(), RangeOperators.OVERLAPS)],
                condition=_TAKES_TIME & Q(resource__isnull=False),
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="booking_in_order"),
            models.CheckConstraint(
                condition=Q(busy_from__lte=F("start")) & Q(busy_until__gte=F("end")),
                name="booking_busy_covers_visit",
            ),
            models.CheckConstraint(
                # Both or neither: to compare with a missing end would be neither true nor false, and pass.
                condition=Q(gap_from=None, gap_until=None)
                | Q(
                    gap_from__isnull=False,
                    gap_until__isnull=False,
                    gap_from__lt=F("gap_until"),
                    gap_from__gte=F("busy_from"),
                    gap_until__lte=F("busy_until"),
                ),
                name="booking_gap_has_both_ends_inside",
            ),
            models.CheckConstraint(
                condition=Q(busy_until__lte=F("busy_from") + Value(timedelta(minutes=MAX_OCCUPIED_MINUTES))),
                name="booking_length_bounded",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(hold_until__isnull=False), name="booking_hold_ends"
            ),
            price_in_order("booking_price_in_order"),
        ]
        indexes = [
            models.Index(fields=["project", "start"], name="booking_project_start"),
            models.Index(fields=["client", "start"], name="booking_client_start"),
            models.Index(fields=["specialist", "busy_from"], name="booking_specialist_busy"),
            models.Index(
                fields=["resource", "busy_from"],
                condition=Q(resource__isnull=False),
                name="booking_resource_busy",
            ),
        ]

    def __str__(self) -> str:
        start = timezone.localtime(self.start)  # on the clock of the page that shows it
        return f"{self.service} with {self.specialist} at {start:%Y-%m-%d %H:%M %Z} ({self.status})"

    def add_remarks(self, remarks: str) -> None:
        """Put remarks, each a canonical line, under those of the note; what stands there is not repeated.

        What has no room is cut: the talk holds it whole.
        """
        whole = "\n".join(dict.fromkeys([*self.note.splitlines(), *remarks.splitlines()]))
        self.note = whole if len(whole) <= MAX_NOTE else f"{whole[: MAX_NOTE - 1]}…"


class BookingEventQuerySet(models.QuerySet["BookingEvent"]):
    def real(self, now: datetime) -> "BookingEventQuerySet":
        """Lines of visits and of holds that still hold at `now`: an ended hold stands in no list."""
        return self.filter(booking__in=Booking.objects.real(now).order_by().values("pk"))


class BookingEvent(models.Model):
    """The audit line of one change: who, from where, before and after."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=32)
    source = models.CharField(max_length=8, choices=Booking.Source.choices)
    actor = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = BookingEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            # With all that figures ask of a line: those of a year are counted without a look at their rows.
            models.Index(
                fields=["project", "at"],
                include=["booking", "action", "source"],
                name="booking_event_project_at",
            )
        ]

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
