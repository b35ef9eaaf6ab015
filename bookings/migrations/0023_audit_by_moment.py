"""Lines of the audit are counted by salon and moment, in the place of the index by salon alone; built while everybody works."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_OLD = "bookings_bookingevent_project_id_5a5404ef"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0022_client_history"), ("projects", "0007_role_of_specialists")]

    operations = [
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(["DROP INDEX CONCURRENTLY IF EXISTS booking_event_project_at"], migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="bookingevent",
            index=models.Index(fields=["project", "at"], include=["booking", "action", "source"], name="booking_event_project_at"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX CONCURRENTLY IF EXISTS {_OLD}"],
                    [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_OLD} ON bookings_bookingevent (project_id)"],
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="bookingevent",
                    name="project",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                )
            ],
        ),
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
