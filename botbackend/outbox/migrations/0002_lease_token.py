"""What the models cannot say: one ever-growing lease token, and a vacuum that keeps up with a queue."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE outbox_lease_token", "DROP SEQUENCE outbox_lease_token"),
        migrations.RunSQL(
            "ALTER TABLE outbox_task SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,"
            " autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)",
            "ALTER TABLE outbox_task RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,"
            " autovacuum_analyze_scale_factor, autovacuum_analyze_threshold)",
        ),
    ]
