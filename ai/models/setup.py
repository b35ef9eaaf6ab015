"""What a salon sets: its prompts, knowledge and wordings, its models and what they may cost."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from ai.claude.models import MODELS
from ai.wording.placeholders import PlaceholderError, check_placeholders
from botbackend.lib.text import canonical
from projects.models import Project

MAX_PROMPT_LENGTH = 60_000
MODEL_FIELDS = ("model_fast", "model_main")
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


class PromptDraft(models.Model):
    """What somebody is writing of a prompt and has not published; colleagues see it.

    `base_version` is the version that was in force when it was begun, 0 for the shipped text.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompt_drafts")
    name = models.CharField(max_length=32, choices=PromptVersion.Name.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    base_version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["project", "name", "-updated_at"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "author"], name="prompt_draft_once")
        ]

    def __str__(self) -> str:
        return f"draft of {self.name}"


class Permission(models.TextChoices):
    """What the assistant may do with a kind of request."""

    ALONE = "alone", "answer by itself"
    DRAFT = "draft", "draft for a person to send"
    PEOPLE = "people", "leave to people"


def _permission(what: str) -> "models.CharField[str, str]":
    return models.CharField(
        max_length=8,
        choices=Permission.choices,
        default=Permission.ALONE,
        db_default=Permission.ALONE,
        help_text=what,
    )


class AssistantSettings(models.Model):
    """What the salon lets the assistant use and do; without a row the defaults hold."""

    OPERATORS_FIELDS = (*MODEL_FIELDS, "monthly_budget_usd")

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="assistant_settings"
    )
    model_fast = models.CharField(max_length=100, blank=True)
    model_main = models.CharField(max_length=100, blank=True)
    monthly_budget_usd = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    own_budget_usd = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="The owner's own ceiling of a month; of both ceilings the lower one holds",
    )
    confirm_before_booking = models.BooleanField(default=True)
    may_answer = _permission("Questions and small talk")
    may_book = _permission("New visits")
    may_change = _permission("Moving and cancelling visits")
    may_care = _permission("Complaints and health")
    stopped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since then the bot says nothing by itself"
    )
    stopped_by = models.CharField(max_length=150, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name_plural = "assistant settings"

    def __str__(self) -> str:
        return f"assistant of {self.project}"

    def clean(self) -> None:
        """Take only models that there are; what is stored already may stay."""
        stored = AssistantSettings.objects.filter(pk=self.pk).first() or AssistantSettings()
        mistakes = {
            name: UNKNOWN_MODEL
            for name in MODEL_FIELDS
            if getattr(self, name) not in ("", *MODELS, getattr(stored, name))
        }
        if mistakes:
            raise ValidationError(mistakes)

    @property
    def operators_ceiling_usd(self) -> Decimal:
        """What the operator lets a month cost: set for this salon, or for all. There always is one."""
        own = self.monthly_budget_usd
        return Decimal(settings.SALON_MONTHLY_BUDGET_USD) if own is None else own

    @property
    def ceiling_usd(self) -> Decimal:
        """What a month may cost: the lower of the operator's ceiling and the owner's own."""
        ceiling = self.operators_ceiling_usd
        return ceiling if self.own_budget_usd is None else min(ceiling, self.own_budget_usd)

    @property
    def is_stopped(self) -> bool:
        """Is everything left to people?"""
        return self.stopped_at is not None


def may_choose(model: str) -> bool:
    """May a salon choose this model for itself ("": that of the installation)?"""
    listed = settings.SALON_CLAUDE_MODELS
    return bool(listed) and model in ("", *listed)


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
