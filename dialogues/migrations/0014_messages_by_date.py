"""Messages are found by salon and date, in the place of the index by salon alone; built while everybody works."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_OLD = "dialogues_message_project_id_15d9e42b"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dialogues", "0013_drafted_replies"), ("projects", "0007_role_of_specialists")]

    operations = [
        # A large table takes longer than one statement may; what an index that was broken off left is in the way.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(["DROP INDEX CONCURRENTLY IF EXISTS message_project_date"], migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["project", "channel_date"], name="message_project_date"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX CONCURRENTLY IF EXISTS {_OLD}"],
                    [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_OLD} ON dialogues_message (project_id)"],
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="message",
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
