"""Who wrote a reply and which one it was, how far people have read, and the talks that people lead."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogues", "0011_sources_of_starts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="written_by",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Which colleague wrote it", max_length=100
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Tells a repeat of the same reply",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="dialogue",
            index=models.Index(
                condition=models.Q(("mode", "human")),
                fields=["project", "last_message_at"],
                name="dialogue_with_person",
            ),
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("read_up_to", models.BigIntegerField(
                    help_text="Number of the newest message that was shown"
                )),
                ("dialogue", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="read_marks",
                    to="dialogues.dialogue",
                )),
                ("user", models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "dialogue"), name="read_mark_once")
                ],
            },
        ),
    ]
