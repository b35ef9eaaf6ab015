"""The matrix: who does what, with own length, price and buffers."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Deferrable, Q

from bookings.limits import MAX_BUFFER_MINUTES, MAX_VISIT_MINUTES
from bookings.models.catalogue import BEGINS, ENDS, Service, Specialist
from bookings.models.prices import Priced, price_in_order
from projects.models import Project


class Offering(models.Model, Priced):
    """A cell of the matrix: this specialist does this service, with own length, price and buffers."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="offerings")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offerings")
    duration_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MAX_VISIT_MINUTES)]
    )
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    price_from = models.BooleanField(default=False, db_default=False, help_text=BEGINS)
    price_to = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True, help_text=ENDS)
    buffer_before = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_BUFFER_MINUTES)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_BUFFER_MINUTES)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(  # one form may let two cells change places
                fields=["specialist", "service"], name="offering_once", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes=None)
                | Q(duration_minutes__gte=1, duration_minutes__lte=MAX_VISIT_MINUTES),
                name="offering_duration_sane",
            ),
            models.CheckConstraint(
                condition=(Q(buffer_before=None) | Q(buffer_before__lte=MAX_BUFFER_MINUTES))
                & (Q(buffer_after=None) | Q(buffer_after__lte=MAX_BUFFER_MINUTES)),
                name="offering_buffers_sane",
            ),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="offering_price_sane"),
            price_in_order("offering_price_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.specialist} does {self.service}"

    def clean(self) -> None:
        """Refuse a price that is none; an own one takes the place of the service's as a whole."""
        super().clean()
        self.check_price()
