"""What came in, as it came."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from botbackend.lib.fields import EncryptedJSONField
from projects.models import Project


class InboundEvent(models.Model):
    """A raw event as it came. Append-only; everything else follows from it and can be replayed."""

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        IGNORED = "ignored"
        FAILED = "failed"
        STRAY = "stray"  # of a bot or a project that no salon has, under a good secret

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        help_text="Empty for a stray one: its secret is good for several salons",
    )
    dedupe_key = models.CharField(max_length=128)
    bot_id = models.CharField(max_length=64, blank=True)
    contact_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=64, blank=True)
    payload = EncryptedJSONField()
    position = models.PositiveIntegerField(default=0, help_text="Place in the POST it came with")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    note = models.CharField(max_length=500, blank=True, help_text="Why it was ignored or failed")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "dedupe_key"], name="inbound_event_once"),
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=Q(project=None), name="inbound_event_of_nobody_once"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="inbound_event_received"),
            models.Index(
                fields=["project", "contact_id"], condition=Q(state="new"), name="inbound_event_to_do"
            ),
            models.Index(fields=["title"], condition=Q(state="failed"), name="inbound_event_failed"),
            models.Index(fields=["received_at"], condition=Q(state="stray"), name="inbound_event_stray"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {timezone.localtime(self.received_at):%Y-%m-%d %H:%M:%S %Z}"
