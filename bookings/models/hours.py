"""When who works: weekly ranges, breaks, single dates, days off."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.db.models.functions import Coalesce

from bookings.models.catalogue import Specialist
from bookings.models.checks import check_minutes, check_year, end_of_day, whole_minutes
from botbackend.lib.text import canonical
from projects.models import Project


def _clock_range() -> Func:
    """Return start_minute..end_minute as an int4range; ranges that only touch do not overlap."""
    return Func("start_minute", "end_minute", function="int4range", output_field=IntegerRangeField())


def _check_weekday(weekday: int | None) -> None:
    if weekday is not None and weekday > 6:
        raise ValidationError({"weekday": "Weekdays are 0 (Monday) to 6 (Sunday)."})


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
            ExclusionConstraint(
                name="weekly_range_no_overlap",
                expressions=[
                    ("specialist", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (_clock_range(), RangeOperators.OVERLAPS),
                ],
                # One form may move the border of two ranges, which overlap between its two statements.
                deferrable=Deferrable.DEFERRED,
                violation_error_message="These hours overlap others of the same weekday.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start_minute}-{self.end_minute}"

    def clean(self) -> None:
        """Name the field that is wrong."""
        _check_weekday(self.weekday)
        self.end_minute = end_of_day(self.end_minute)
        check_minutes(start=self.start_minute, end=self.end_minute, field="end_minute")

    def overlaps(self, later: "WeeklyRange") -> bool:
        """Does this range go on when one that begins later, or with it, has begun?"""
        return self.weekday == later.weekday and later.start_minute < self.end_minute


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
            ExclusionConstraint(
                name="weekly_break_no_overlap",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    (Coalesce("specialist_id", 0), RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (_clock_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This break overlaps another of the same weekday.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start_minute}-{self.end_minute}"

    def clean(self) -> None:
        """Name the field that is wrong."""
        _check_weekday(self.weekday)
        self.end_minute = end_of_day(self.end_minute)
        check_minutes(start=self.start_minute, end=self.end_minute, field="end_minute")


class DateOverride(models.Model):
    """Other hours on one date: `ranges` is [[start_minute, end_minute], ...]; [] means closed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="date_overrides")
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, null=True, blank=True, related_name="date_overrides"
    )
    date = models.DateField()
    ranges = models.JSONField(
        default=list, blank=True, help_text="Minutes as [[540, 780], [840, 1080]]; [] = closed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "specialist", "date"], nulls_distinct=False, name="date_override_once"
            ),
            models.CheckConstraint(
                condition=Func(
                    "ranges", function="bookings_ranges_in_order", output_field=models.BooleanField()
                ),
                name="date_override_ranges_in_order",
                violation_error_message="Write ranges of minutes as [[start, end], ...] in order.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.ranges}"

    def clean(self) -> None:
        """Take [] as a closed day and minutes as whole numbers; an empty field is no answer."""
        if self.ranges is None or self.ranges == "":
            raise ValidationError({"ranges": "Write [] for a closed day."})
        check_year(self.date, field="date")
        self.ranges = whole_minutes(self.ranges, field="ranges")


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

    def clean(self) -> None:
        """Name the field that is wrong."""
        self.reason = canonical(self.reason)
        check_year(self.date_from, field="date_from")
        check_year(self.date_to, field="date_to")
        if self.date_from is not None and self.date_to is not None and self.date_to < self.date_from:
            raise ValidationError({"date_to": "The last day must not be before the first."})
