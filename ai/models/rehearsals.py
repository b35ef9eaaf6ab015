"""Trying a prompt out: what was asked of a draft and what it answered. Nothing of it happened."""

from django.conf import settings
from django.db import models

from ai.models.setup import PromptVersion
from botbackend.lib.fields import EncryptedJSONField
from projects.models import Project


class Rehearsal(models.Model):
    """One dry run of a prompt: a test chat, or clients' last questions asked again.

    After a day `prompt` and `content` are emptied; what it cost stays, for it counts in the month's bill.
    """

    class Kind(models.TextChoices):
        CHAT = "chat"
        QUESTIONS = "questions"

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
