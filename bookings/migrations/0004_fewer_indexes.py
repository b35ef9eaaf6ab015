"""Every write of these rows paid for indexes that others already begin with."""

import django.db.models.deletion
from django.db import migrations, models

from botbackend.lib.migrations import drop_index


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0003_gap_has_both_ends")]

    operations = [
        drop_index(
            "bookings_booking_project_id_f4745c72",
            table="bookings_booking",
            model="booking",
            column="project_id",
            field=models.ForeignKey(
                to="projects.project",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="bookings",
                db_index=False,
            ),
        ),
        drop_index(
            "bookings_booking_client_id_4922b542",
            table="bookings_booking",
            model="booking",
            column="client_id",
            field=models.ForeignKey(
                to="bookings.client",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                db_index=False,
            ),
        ),
        drop_index(
            "bookings_booking_specialist_id_1efd9cff",
            table="bookings_booking",
            model="booking",
            column="specialist_id",
            field=models.ForeignKey(
                to="bookings.specialist",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                db_index=False,
            ),
        ),
    ]
