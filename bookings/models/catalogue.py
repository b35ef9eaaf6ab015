"""Specialists, services and rooms; who does what stands in `offerings`."""

import secrets
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookings.limits import MAX_BUFFER_MINUTES, MAX_VISIT_MINUTES
from bookings.models.checks import all_at_once, check_year
from bookings.models.names import LONGEST_NAME, Translated, check_names, names_field
from bookings.models.prices import Priced, price_in_order
from bookings.models.rules import rules_of
from botbackend.lib.text import canonical, comparable, shown
from projects.models import Project


def new_calendar_token() -> str:
    """Return the unguessable part of a specialist's calendar address."""
    return secrets.token_urlsafe(24)


# No comparable text holds a line break, so the key of a namesake is nobody's name.
NAMESAKE = "\n"
BEGINS = "The price begins here: clients read “from”"
ENDS = "The most it comes to, where that is known"
_LONGEST_KEY = 400  # folding makes some signs longer; an index has no room for all of that


def key_of(name: str) -> str:
    """Return by what a name is one of its salon."""
    return comparable(name)[:_LONGEST_KEY]


class Named(models.Model):
    """A row that people name: stored in the canonical form, one per salon however the name is spelled.

    Two rows whose names an earlier version held for different keep both; the key of the later one ends with
    its id, `doctor` names them, and a new name makes it a row like any other.
    """

    if TYPE_CHECKING:
        project_id: int

    with_name: ClassVar[tuple[str, ...]] = ("name_key",)  # columns that change together with a name

    name = models.CharField(max_length=LONGEST_NAME)
    name_key = models.CharField(max_length=440, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What the name is compared by; namesakes have one."""
        return self.name_key.partition(NAMESAKE)[0]

    def put_name(self) -> None:
        """Bring the name into the canonical form and the key in line; call it before `bulk_create`."""
        self.name, key = canonical(self.name), key_of(self.name)
        if self.key != key:
            self.name_key = key

    def clean(self) -> None:
        """Refuse a name that shows nothing, or that another row of the salon has in some spelling."""
        try:
            # A name that its field refused is none here, and has been told of.
            self.name = shown(self.name, longest=LONGEST_NAME) if self.name else ""
        except ValueError as error:
            raise ValidationError({"name": str(error)}) from error
        self.put_name()
        rows: QuerySet[Any] = type(self)._default_manager.all()
        rows = rows.filter(project=self.project_id, name_key=self.name_key)
        other = rows.exclude(pk=self.pk).first()
        if other is not None:
            said = _("This is the name of %(name)s (%(number)s) in another spelling.")
            raise ValidationError({"name": said % {"name": other.name, "number": other.pk}})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key of its name."""
        self.put_name()
        fields: Iterable[str] | None = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, *self.with_name}
        super().save(*args, **kwargs)


class Specialist(Named, Translated):
    """A person who receives clients."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="specialists")
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    names = names_field()
    works_since = models.DateField(
        null=True,
        blank=True,
        help_text="The first day of work; before it every day is one off. Empty: always",
    )
    has_own_hours = models.BooleanField(
        default=False, help_text="Otherwise the salon's hours hold, every day"
    )
    does_every_service = models.BooleanField(default=True, help_text="Otherwise only what the matrix lists")
    calendar_token = models.CharField(max_length=64, unique=True, default=new_calendar_token)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="specialists",
        help_text="Who signs in as this specialist",
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name_key"], name="specialist_name_once")]

    def close_feed(self) -> None:
        """Have nothing more shown to the phones that know the calendar's address; it is to be saved."""
        self.calendar_token = new_calendar_token()

    def clean(self) -> None:
        """Refuse other names that name somebody else, too, and days of no calendar."""
        checks = partial(check_names, self), partial(check_year, self.works_since, field="works_since")
        all_at_once(super().clean, *checks)


class Service(Named, Translated, Priced):
    """Something a client can book; in use it lasts a whole number of the salon's slots."""

    with_name = ("name_key", "changed_at")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="services")
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    names = names_field()
    duration_minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAX_VISIT_MINUTES)]
    )
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    price_from = models.BooleanField(default=False, db_default=False, help_text=BEGINS)
    price_to = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True, help_text=ENDS)
    buffer_before = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes kept free before", validators=[MaxValueValidator(MAX_BUFFER_MINUTES)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes kept free after", validators=[MaxValueValidator(MAX_BUFFER_MINUTES)]
    )
    gap_start = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes from the start to a processing gap"
    )
    gap_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Length of the processing gap; 0 = none"
    )
    resource_kind = models.CharField(
        max_length=64, blank=True, help_text="Needs a room or chair of this kind"
    )
    # Calendars show the name; None: not since they were told of changes.
    changed_at = models.DateTimeField(auto_now=True, null=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name_key"], name="service_name_once"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=1, duration_minutes__lte=MAX_VISIT_MINUTES),
                name="service_duration_sane",
            ),
            models.CheckConstraint(
                condition=Q(buffer_before__lte=MAX_BUFFER_MINUTES) & Q(buffer_after__lte=MAX_BUFFER_MINUTES),
                name="service_buffers_sane",
            ),
            models.CheckConstraint(
                condition=Q(gap_start__lte=MAX_VISIT_MINUTES) & Q(gap_minutes__lte=MAX_VISIT_MINUTES),
                name="service_gap_sane",
            ),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="service_price_sane"),
            price_in_order("service_price_in_order"),
        ]

    def clean(self) -> None:
        """Refuse a length that the salon's slots would cut, and a gap that does not end within the visit.

        What is put aside may have any length.
        """
        all_at_once(
            super().clean, partial(check_names, self), self.check_price, self._check_gap, self._check_length
        )
        self.resource_kind = kind_of_salon(self.resource_kind, self)

    def _check_gap(self) -> None:
        gap_ends = (self.gap_start or 0) + (self.gap_minutes or 0)
        if self.gap_minutes and self.duration_minutes and gap_ends >= self.duration_minutes:
            raise ValidationError({"gap_minutes": "The gap must end before the visit does."})

    def _check_length(self) -> None:
        if self.is_active and self.project_id and self.duration_minutes:
            slots = rules_of(self.project).slot_minutes
            if self.duration_minutes % slots:
                said = _(
                    "The salon counts in slots of %(slots)s minutes: choose a multiple of that. Slots may be "
                    "made shorter in the salon's settings."
                )
                said %= {"slots": slots}
                raise ValidationError({"duration_minutes": said})


class Resource(Named):
    """A room or chair that one visit uses at a time."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name_key"], name="resource_name_once")]

    def clean(self) -> None:
        """Take the kind in the spelling that the salon has for it; one that shows nothing is none."""
        super().clean()
        try:
            self.kind = kind_of_salon(shown(self.kind), self) if self.kind else ""
        except ValueError as error:
            raise ValidationError({"kind": str(error)}) from error


def kind_of_salon(kind: str, row: Service | Resource) -> str:
    """Return a kind of room as the salon's other rows spell it, or in its canonical form.

    Rooms and services meet by their kinds, which are compared as names are and stored in one spelling.
    """
    key = comparable(kind)
    rows = {
        Resource: Resource.objects.filter(project=row.project_id).values_list("pk", "kind"),
        Service: Service.objects.filter(project=row.project_id).values_list("pk", "resource_kind"),
    }
    for model, kinds in rows.items():
        for pk, spelling in kinds.order_by("pk"):
            if key and comparable(spelling) == key and (model, pk) != (type(row), row.pk):
                return str(spelling)
    return canonical(kind)
