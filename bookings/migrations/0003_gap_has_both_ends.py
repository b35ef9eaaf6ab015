"""A gap with one end only passed the old check, and took half of a visit out of the law against overlap.

The new check is added unproved, which takes no more than a moment, then proved without stopping writers.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import F, Q

_NAME = "booking_gap_has_both_ends_inside"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0002_initial")]
    operations = [
        AddConstraintNotValid(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=Q(gap_from=None, gap_until=None)
                | Q(
                    gap_from__isnull=False,
                    gap_until__isnull=False,
                    gap_from__lt=F("gap_until"),
                    gap_from__gte=F("busy_from"),
                    gap_until__lte=F("busy_until"),
                ),
                name=_NAME,
            ),
        ),
        ValidateConstraint(model_name="booking", name=_NAME),
        migrations.RemoveConstraint(model_name="booking", name="booking_gap_inside"),
    ]
