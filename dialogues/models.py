"""What came in, what goes out, and the lane of each client."""

from django.db import models
from django.db.models import Q

from bookings.models import Client
from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from projects.models import Project


class InboundEvent(models.Model):
    """A raw event as it came. Append-only; everything else follows from it and can be replayed."""

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        IGNORED = "ignored"
        FAILED = "failed"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField(max_length=128)
    bot_id = models.CharField(max_length=64, blank=True)
    contact_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=64, blank=True)
    payload = EncryptedJSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    note = models.CharField(max_length=500, blank=True, help_text="Why it was ignored or failed")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "dedupe_key"], name="inbound_event_once")]
        indexes = [models.Index(fields=["received_at"], name="inbound_event_received")]

    def __str__(self) -> str:
        return f"{self.title} {self.received_at:%Y-%m-%d %H:%M:%S}"


class Dialogue(models.Model):
    """The lane of one client: one turn at a time. Its row is locked before a message is added."""

    class Mode(models.TextChoices):
        BOT = "bot"
        HUMAN = "human"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dialogues")
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="dialogue")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.BOT)
    human_until = models.DateTimeField(null=True, blank=True, help_text="The bot is quiet until then")
    handoff_reason = models.CharField(max_length=200, blank=True)
    channel_closed = models.BooleanField(
        default=False, help_text="The client blocked the bot or unsubscribed"
    )
    language = models.CharField(max_length=8, blank=True)
    first_unanswered_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    discards = models.PositiveSmallIntegerField(
        default=0, help_text="Drafts dropped in a row for newer messages"
    )
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-last_message_at"]
        indexes = [models.Index(fields=["project", "last_message_at"], name="dialogue_project_last")]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"


class Message(models.Model):
    """One message of a dialogue, either way. Outgoing ones are the outbox of the channel."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Author(models.TextChoices):
        CLIENT = "client"
        BOT = "bot"
        STAFF = "staff"

    class State(models.TextChoices):
        RECEIVED = "received"
        SKIPPED = "skipped"
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    author = models.CharField(max_length=6, choices=Author.choices)
    kind = models.CharField(max_length=16, default="text")
    text = EncryptedTextField(blank=True, default="")
    media = EncryptedJSONField(null=True, blank=True)
    external_id = models.CharField(max_length=128, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    note = models.CharField(
        max_length=500, blank=True, help_text="Why it was skipped, failed or is uncertain"
    )
    turn_id = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="The turn that answered or wrote it"
    )
    seq = models.PositiveSmallIntegerField(default=0, help_text="Place among the texts of one turn")
    attempts = models.PositiveSmallIntegerField(default=0)
    channel_date = models.DateTimeField(help_text="When the channel says it was written; ours for outgoing")
    sent_at = models.DateTimeField(null=True, blank=True)
    is_archived = models.BooleanField(default=False, help_text="Covered by a summary")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["channel_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "turn_id", "seq"],
                condition=Q(direction="out", turn_id__isnull=False),
                name="message_one_per_turn_place",
            )
        ]
        indexes = [
            models.Index(fields=["dialogue", "channel_date", "id"], name="message_in_order"),
            models.Index(
                fields=["dialogue"],
                condition=Q(direction="in", state="received", turn_id__isnull=True),
                name="message_unanswered",
            ),
            models.Index(
                fields=["dialogue"],
                condition=Q(state__in=["queued", "sending", "uncertain"]),
                name="message_unsent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} message {self.pk} ({self.state})"


class StaffTask(models.Model):
    """Something a person has to look at: a hand-off, an unanswered question, an undelivered text."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="staff_tasks")
    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, null=True, blank=True, related_name="staff_tasks"
    )
    kind = models.CharField(max_length=32)
    reason = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["project", "state"], name="staff_task_project_state")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
