"""What a salon asks of every visit."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from bookings.limits import MAX_DEADLINE_HOURS, MAX_NOTICE_MINUTES
from bookings.models.checks import check_minutes, cut_lengths, end_of_day
from projects.models import Project


class BookingRules(models.Model):
    """When the salon is open and what clients may do by themselves; without a row the defaults hold."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="booking_rules"
    )
    slot_minutes = models.PositiveSmallIntegerField(
        help_text="Grid on which visits begin; services last a whole number of slots",
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    work_start_minute = models.PositiveSmallIntegerField(default=9 * 60)
    work_end_minute = models.PositiveSmallIntegerField(default=18 * 60)
    min_notice_minutes = models.PositiveIntegerField(
        default=0, validators=[MaxValueValidator(MAX_NOTICE_MINUTES)]
    )
    horizon_days = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(730)])
    cancel_deadline_hours = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(MAX_DEADLINE_HOURS)]
    )
    max_active_visits = models.PositiveSmallIntegerField(
        default=10, help_text="Visits that one client may have ahead through the bot; 0 = no limit"
    )
    allow_nesting = models.BooleanField(
        default=False, help_text="May another visit be put into a processing gap of a service?"
    )

    class Meta:
        verbose_name_plural = "booking rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(work_end_minute__gt=F("work_start_minute")) & Q(work_end_minute__lte=1440),
                name="booking_rules_hours_in_order",
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5) & Q(slot_minutes__lte=240), name="booking_rules_grid_sane"
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__lte=730) & Q(min_notice_minutes__lte=MAX_NOTICE_MINUTES),
                name="booking_rules_notice_and_horizon_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"booking rules of {self.project}"

    def clean(self) -> None:
        """Name the field that is wrong; lengths are minutes, so another slot size leaves them as they are."""
        self.work_end_minute = end_of_day(self.work_end_minute)
        check_minutes(start=self.work_start_minute, end=self.work_end_minute, field="work_end_minute")
        if self.project_id and self.slot_minutes:
            active = self.project.services.filter(is_active=True)
            lengths = dict(active.values_list("name", "duration_minutes"))
            said = cut_lengths(lengths, slot_minutes=self.slot_minutes)
            if said:
                said += "; first put these services aside, or give them lengths that both slot sizes divide"
                raise ValidationError({"slot_minutes": said})


def rules_of(project: Project) -> BookingRules:
    """The salon's rules, read once per `project` object."""
    try:
        return project.booking_rules
    except BookingRules.DoesNotExist:
        return BookingRules(project=project)
