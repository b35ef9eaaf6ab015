"""Who works when on what, who comes, and the visits."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import JSONField, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.doubts import doubts_about, services_in_doubt
from bookings.forms import NamesField, NamesInput
from bookings.models import (
    Booking,
    BookingEvent,
    BookingRules,
    DateOverride,
    DayOff,
    IdempotencyKey,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.operations.setup.saving import tell_others
from botbackend.lib.clock import WEEKDAYS, clock_text
from projects.access import OWNERS_ONLY
from projects.admin import on_project_page
from projects.admin_base import (
    ProjectScopedAdmin,
    ProjectScopedInline,
    ReadOnlyAdmin,
    SettingsInline,
)
from projects.admin_forms import StandingFormSet
from projects.bodies import path_text


@on_project_page
class BookingRulesInline(SettingsInline):
    """When the salon is open and what clients may do by themselves."""

    model = BookingRules


class HoursFormSet(StandingFormSet):
    """All own hours of a specialist: none may overlap another."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = sorted(self.standing(), key=lambda row: (row.weekday, row.start_minute))
        over = [(one, two) for one, two in pairwise(rows) if one.overlaps(two)]
        if over:
            raise ValidationError([f"{_clock(one)} and {_clock(two)} overlap." for one, two in over])


def _clock(row: WeeklyRange) -> str:
    return f"{WEEKDAYS[row.weekday]} {clock_text(row.start_minute)}-{clock_text(row.end_minute)}"


class BookedAdmin(ProjectScopedAdmin):
    """Rows that visits name: a hold that ended is no visit and keeps none of them from being deleted."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Look at what would go with the rows as if their ended holds were gone already."""
        with transaction.atomic():
            self._drop_ended_holds(objs)
            found = super().get_deleted_objects(objs, request)
            transaction.set_rollback(True)
        return found

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._drop_ended_holds([obj])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._drop_ended_holds(queryset)
        super().delete_queryset(request, queryset)

    def _drop_ended_holds(self, rows: Iterable[Any]) -> None:
        name: str = self.model._meta.model_name or ""
        of_rows = Booking.objects.filter(**{f"{name}__in": [row.pk for row in rows]})
        of_rows.exclude(pk__in=Booking.objects.real(timezone.now())).delete()


class PricedAdmin(ProjectScopedAdmin):
    """Rows with a price."""

    @admin.display(description=_("price"), ordering="price")
    def told_price(self, row: Service | Offering) -> str:
        """Return the price as clients read it."""
        return str(row.full_price or "-")


class CatalogueAdmin(BookedAdmin):
    """Rows of the catalogue: what can hardly be meant is said after saving."""

    write_roles = OWNERS_ONLY
    section = ""
    formfield_overrides: ClassVar[Any] = {JSONField: {"form_class": NamesField, "widget": NamesInput}}

    def doubts(self, obj: Any) -> list[str]:
        return doubts_about(obj.project).get(path_text((self.section, obj.name)), [])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tell_others(form.instance.project)


class WeeklyRangeInline(ProjectScopedInline):
    """Own hours of a specialist."""

    model = WeeklyRange
    formset = HoursFormSet


class OfferingInline(ProjectScopedInline):
    """What a specialist does, for how long and how much."""

    model = Offering
    write_roles = OWNERS_ONLY


@admin.register(Specialist)
class SpecialistAdmin(CatalogueAdmin):
    """People who receive clients."""

    section = "specialists"
    list_display = ["name", "project", "is_active", "position"]
    list_filter = ["project", "is_active"]
    search_fields = ["name"]
    readonly_fields = ["calendar_token"]
    inlines = [WeeklyRangeInline, OfferingInline]

    def save_model(
        self, request: HttpRequest, obj: Specialist, form: ModelForm[Specialist], change: bool
    ) -> None:
        """Whose calendar it was has its address in a phone."""
        was_somebodys = "user" in form.changed_data and form.initial.get("user") is not None
        if was_somebodys or ("is_active" in form.changed_data and not obj.is_active):
            obj.close_feed()
        super().save_model(request, obj, form, change)


@admin.register(Service)
class ServiceAdmin(PricedAdmin, CatalogueAdmin):
    """What can be booked."""

    section = "services"
    list_display = ["name", "project", "duration_minutes", "told_price", "is_active", "position"]
    list_filter = ["project", "is_active"]
    search_fields = ["name"]


@admin.register(Offering)
class OfferingAdmin(PricedAdmin):
    """The matrix of specialists and services."""

    write_roles = OWNERS_ONLY
    list_display = ["specialist", "service", "project", "duration_minutes", "told_price"]
    list_filter = ["project", "specialist", "service"]
    list_select_related = ["specialist", "service", "project"]


@admin.register(WeeklyRange, WeeklyBreak)
class WeeklyAdmin(ProjectScopedAdmin):
    """Working hours and breaks by weekday (0 = Monday), in minutes after midnight."""

    list_display = ["specialist", "weekday", "start_minute", "end_minute", "project"]
    list_filter = ["project", "specialist", "weekday"]


@admin.register(DateOverride)
class DateOverrideAdmin(ProjectScopedAdmin):
    """Other hours on one date."""

    list_display = ["date", "specialist", "project", "ranges"]
    list_filter = ["project", "specialist"]
    date_hierarchy = "date"


@admin.register(DayOff)
class DayOffAdmin(ProjectScopedAdmin):
    """Dates without new visits."""

    list_display = ["date_from", "date_to", "specialist", "reason", "project"]
    list_filter = ["project", "specialist"]


@admin.register(Resource)
class ResourceAdmin(CatalogueAdmin):
    """Rooms and chairs."""

    list_display = ["name", "kind", "project", "is_active"]
    list_filter = ["project", "kind"]

    def doubts(self, obj: Any) -> list[str]:
        """Without this room, or with another kind, its services may have none."""
        return [f"{path}: {'; '.join(said)}" for path, said in services_in_doubt(obj.project).items()]


class BookingEventInline(ProjectScopedInline):
    """The audit trail of a visit."""

    model = BookingEvent
    can_delete = False
    max_num = 0
    readonly_fields = ["action", "source", "actor", "reason", "before", "after", "at"]


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    """Visits, to look at: a form that writes rows would go round the rules of booking."""

    list_display = ["start", "end", "specialist", "service", "client", "status", "source", "project"]
    list_filter = ["project", "status", "source", "specialist", "service"]
    list_select_related = ["specialist", "service", "client", "project"]
    date_hierarchy = "start"
    inlines = [BookingEventInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request) & Booking.objects.real(timezone.now())


@admin.register(BookingEvent)
class BookingEventAdmin(ReadOnlyAdmin):
    """The audit trail of all visits."""

    list_display = ["at", "booking", "action", "source", "actor", "project"]
    list_filter = ["project", "action", "source"]
    list_select_related = ["booking__specialist", "booking__service", "project"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingEvent]:
        return super().get_queryset(request) & BookingEvent.objects.real(timezone.now())


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """What repeated requests were recognised by."""

    list_display = ["key", "visit_id", "created_at", "project"]
    list_filter = ["project"]
