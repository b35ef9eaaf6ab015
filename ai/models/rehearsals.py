"""Trying a prompt out: what was asked of a draft and what it answered. Nothing of it happened."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ai.models.setup import PromptVersion
from bookings.models import Service
from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from botbackend.lib.text import canonical
from projects.models import Project


class Rehearsal(models.Model):
    """One dry run of a prompt: a test chat, clients' last questions asked again, or the salon's scenarios.

    After a day `prompt` and `content` are emptied; what it cost stays, for it counts in the month's bill.
    """

    class Kind(models.TextChoices):
        CHAT = "chat"
        QUESTIONS = "questions"
        SCENARIOS = "scenarios"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="rehearsals", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=32, choices=PromptVersion.Name.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    prompt = EncryptedJSONField(null=True, blank=True, help_text="The text that is tried")
    content = EncryptedJSONField(null=True, blank=True, help_text="What was asked and answered")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    note = models.CharField(max_length=200, blank=True, help_text="Why it failed")
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    tally = models.JSONField(default=dict, help_text="What it cost by call and model")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["project", "created_at"], name="rehearsal_project_created")]

    def __str__(self) -> str:
        return f"{self.kind} rehearsal {self.pk} ({self.state})"


class Scenario(models.Model):
    """What a client may write, and what must come of it: held against a draft before it is published."""

    class Outcome(models.TextChoices):
        ANYTHING = "any", _("nothing in particular")
        CARD = "card", _("a visit is offered for a yes, or booked")
        NO_VISIT = "none", _("no visit is offered or booked")
        PERSON = "person", _("a person is called")

    LONGEST = 4000
    MOST_MESSAGES = 6

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scenarios")
    said = EncryptedTextField(help_text="What the client writes: a message a line")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.ANYTHING)
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Of the visit"
    )
    says = EncryptedTextField(blank=True, default="", help_text="What the last answer holds: a text a line")
    says_not = EncryptedTextField(blank=True, default="", help_text="What no answer holds: a text a line")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"scenario {self.pk}"

    def clean(self) -> None:
        """Refuse one in which nobody says anything, or that nothing could fail."""
        messages = lines_of(self.said)
        if not messages or len(messages) > self.MOST_MESSAGES:
            said = _("Write what a client writes: one to six messages, a line each.")
            raise ValidationError({"said": said})
        for name in ("said", "says", "says_not"):
            if len(getattr(self, name)) > self.LONGEST:
                raise ValidationError({name: _("This is too long.")})
        if self.outcome == self.Outcome.ANYTHING and not lines_of(self.says) + lines_of(self.says_not):
            raise ValidationError({"outcome": _("Say what must come of it, here or in words below.")})


def lines_of(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line for line in map(canonical, text.splitlines()) if line]
