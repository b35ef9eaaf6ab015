"""What a talk leaves: the trace of every turn, proposals, summaries, the place in the menus."""

from django.db import models
from django.db.models import Q, Value

from bookings.models import Booking
from botbackend.lib.fields import EncryptedJSONField
from dialogues.models import Dialogue
from projects.models import Project


class Turn(models.Model):
    """The trace of one turn: what it read, what it understood, what it did, what it cost."""

    class Mode(models.TextChoices):
        MODEL = "model"
        GUIDED = "guided"

    class Outcome(models.TextChoices):
        RUNNING = "running"
        REPLIED = "replied"
        DISCARDED = "discarded"
        HANDED_OFF = "handed_off"
        SKIPPED = "skipped"
        FAILED = "failed"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="turns", db_index=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="turns", db_index=False)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.MODEL)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.RUNNING)
    trace = EncryptedJSONField(
        null=True, help_text="Understanding, calls, tool calls, guard verdicts, operations"
    )
    calls = models.PositiveSmallIntegerField(default=0)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    tally = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        help_text="What it cost by call and model, and which facts it drew on; no words of anybody",
    )
    language = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="Why it was guided, discarded or skipped")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["project", "started_at"], name="turn_project_started"),
            models.Index(fields=["dialogue", "started_at"], name="turn_dialogue_started"),
            # Of all salons: for the figures of the last hour, and for what was broken off.
            models.Index(fields=["started_at"], name="turn_started"),
            models.Index(fields=["started_at"], condition=Q(outcome="running"), name="turn_running"),
        ]

    def __str__(self) -> str:
        return f"turn {self.pk} ({self.outcome})"


class Proposal(models.Model):
    """What the client was shown and may say yes to. It holds its slots and dies with any change."""

    class Kind(models.TextChoices):
        BOOK = "book"
        CHANGE = "change"
        CANCEL = "cancel"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        DEAD = "dead"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="proposals")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    details = EncryptedJSONField(help_text="Exactly what was shown: ids, starts, guest")
    holds = models.ManyToManyField(Booking, blank=True, related_name="+")
    message_id = models.BigIntegerField(
        null=True, blank=True, help_text="The outgoing message that showed it"
    )
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue"], condition=Q(state="open"), name="proposal_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} proposal {self.pk} ({self.state})"


class Summary(models.Model):
    """The compressed history of a range of a dialogue's messages."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="summaries")
    first_message_id = models.BigIntegerField()
    last_message_id = models.BigIntegerField()
    content = EncryptedJSONField()
    prompt_version = models.CharField(max_length=64, blank=True)
    tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "summaries"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "first_message_id", "last_message_id"], name="summary_once"
            )
        ]
        indexes = [models.Index(fields=["project", "created_at"], name="summary_project_created")]

    def __str__(self) -> str:
        return f"summary of messages {self.first_message_id}-{self.last_message_id}"


class EarlyReading(models.Model):
    """What the fast model made of a burst while its pause still ran: a cache of minutes.

    The turn that answers the burst takes the row away and counts its calls, whether it could use it or not.
    """

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="early_readings")
    digest = models.CharField(max_length=64, help_text="Of the model and the exact request")
    content = EncryptedJSONField(help_text="The form as the model wrote it, the messages, the calls")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="early_reading_created")]

    def __str__(self) -> str:
        return f"early reading {self.pk}"


class GuidedState(models.Model):
    """Where a client stands in the numbered menus while no model is at hand."""

    dialogue = models.OneToOneField(Dialogue, on_delete=models.CASCADE, related_name="guided_state")
    state = EncryptedJSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"menu state of {self.dialogue}"
