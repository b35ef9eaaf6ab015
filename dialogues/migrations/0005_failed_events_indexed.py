"""Failed events are counted at every scrape of the metrics: an index of only those."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0004_edited_messages")]

    operations = [
        migrations.AddIndex(
            model_name="inboundevent",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["title"], name="inbound_event_failed"
            ),
        )
    ]
