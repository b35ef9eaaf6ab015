"""Prompts, knowledge, proposals, summaries, the key pool and the trace of every turn."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from ai.claude.models import MODELS
from ai.wording.placeholders import PlaceholderError, check_placeholders
from bookings.models import Booking
from botbackend.lib.fields import EncryptedJSONField
from botbackend.lib.text import canonical
from dialogues.models import Dialogue
from projects.models import Project

MAX_PROMPT_LENGTH = 60_000
UNKNOWN_MODEL = f"unknown model; there are {', '.join(MODELS)}"


class PromptVersion(models.Model):
    """One version of one of the project's four prompts; at most one of each is published."""

    class Name(models.TextChoices):
        INTENT = "intent_detection"
        SERVICE = "service_identification"
        RESPONSE = "main_response"
        COMPRESSION = "dialogue_compression"

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompt_versions")
    name = models.CharField(max_length=32, choices=Name.choices)
    version = models.PositiveIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["project", "name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "version"], name="prompt_version_once"),
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(state="published"), name="prompt_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version} ({self.state})"

    def clean(self) -> None:
        """Refuse a text that could not be published."""
        if not canonical(self.text) or len(self.text) > MAX_PROMPT_LENGTH:
            raise ValidationError({"text": f"must have 1 to {MAX_PROMPT_LENGTH} characters"})


class AssistantSettings(models.Model):
    """What the salon lets the assistant use and do; without a row the defaults hold."""

    OPERATORS_FIELDS = ("model_fast", "model_main", "monthly_budget_usd")

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="assistant_settings"
    )
    model_fast = models.CharField(max_length=100, blank=True)
    model_main = models.CharField(max_length=100, blank=True)
    monthly_budget_usd = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    confirm_before_booking = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "assistant settings"

    def __str__(self) -> str:
        return f"assistant of {self.project}"

    def clean(self) -> None:
        """Take only models that there are; what is stored already may stay."""
        stored = AssistantSettings.objects.filter(pk=self.pk).first() or AssistantSettings()
        mistakes = {
            name: UNKNOWN_MODEL
            for name in ("model_fast", "model_main")
            if getattr(self, name) not in ("", *MODELS, getattr(stored, name))
        }
        if mistakes:
            raise ValidationError(mistakes)


def assistant_of(project: Project) -> AssistantSettings:
    """The salon's assistant, read once per `project` object."""
    try:
        return project.assistant_settings
    except AssistantSettings.DoesNotExist:
        return AssistantSettings(project=project)


class Knowledge(models.Model):
    """A fact the bot may tell: address, rules, an answer to a frequent question."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="knowledge")
    title = models.CharField(max_length=200)
    text = models.TextField()
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "knowledge"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a fact that shows nothing."""
        texts = {name: getattr(self, name) for name in ("title", "text")}
        blank = [name for name, text in texts.items() if text and not canonical(text)]
        if blank:
            raise ValidationError(dict.fromkeys(blank, "must not be blank: this shows nothing"))


class Wording(models.Model):
    """The salon's own wording of a text that code renders; placeholders are checked on save."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="wordings")
    key = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key", "language"], name="wording_once")]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"

    def clean(self) -> None:
        """Refuse a text that shows nothing, an unknown key, and placeholders that are unknown or missing."""
        if self.text and not canonical(self.text):
            raise ValidationError({"text": "must not be blank: this shows nothing"})
        try:
            check_placeholders(key=self.key, language=self.language, text=self.text)
        except PlaceholderError as error:
            raise ValidationError(error.fields or error.message) from error


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
    language = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="Why it was guided, discarded or skipped")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["project", "started_at"], name="turn_project_started"),
            models.Index(fields=["dialogue", "started_at"], name="turn_dialogue_started"),
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

    def __str__(self) -> str:
        return f"summary of messages {self.first_message_id}-{self.last_message_id}"


class KeyState(models.Model):
    """What all workers know of one Claude key; the key itself is only in the environment."""

    fingerprint = models.CharField(max_length=16, unique=True)
    label = models.CharField(max_length=32)
    organization = models.CharField(
        max_length=64, blank=True, help_text="As the response headers tell; limits belong to it, not to keys"
    )
    cools_until = models.DateTimeField(null=True, blank=True, help_text="Rate limited until then")
    retired_at = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(
        null=True, blank=True, help_text="A key retired for money is tried again then; a refused one never"
    )
    reason = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.label


class Breaker(models.Model):
    """Counts Claude's failures in a row, for all workers; open means: do not even try until then."""

    name = models.CharField(max_length=32, unique=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class GuidedState(models.Model):
    """Where a client stands in the numbered menus while no model is at hand."""

    dialogue = models.OneToOneField(Dialogue, on_delete=models.CASCADE, related_name="guided_state")
    state = EncryptedJSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"menu state of {self.dialogue}"


class CompressionBatch(models.Model):
    """A Message Batch of compressions that was handed in and whose answers are still to be fetched."""

    batch_id = models.CharField(max_length=64, unique=True)
    key_fingerprint = models.CharField(max_length=16)
    ranges = models.JSONField(
        help_text="custom id -> [dialogue, first message, last message, prompt version]"
    )
    is_done = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "compression batches"

    def __str__(self) -> str:
        return self.batch_id
