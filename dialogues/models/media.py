"""What clients send besides words, as it was fetched from the channel."""

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from botbackend.lib.fields import EncryptedBytesField, EncryptedTextField
from dialogues.models.talks import Message
from projects.models import Project


class WithoutContent(models.Manager["Attachment"]):
    """Rows whose bytes stay in the database until somebody asks for them."""

    def get_queryset(self) -> QuerySet[Any, Any]:
        return super().get_queryset().defer("content")


class Attachment(models.Model):
    """A photo or a recording of a client: fetched for the turn, kept for staff a while."""

    class Kind(models.TextChoices):
        PICTURE = "picture"
        RECORDING = "recording"

    class State(models.TextChoices):
        WAITING = "waiting", "to be fetched"
        HEARING = "hearing", "to be heard"
        DONE = "done"
        FAILED = "failed"
        EXPIRED = "expired"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="attachment")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    mime_type = models.CharField(max_length=32, blank=True, help_text="What the bytes themselves say")
    size = models.PositiveIntegerField(default=0, help_text="Bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    content = EncryptedBytesField(blank=True, default=b"")
    heard = EncryptedTextField(blank=True, default="", help_text="What the transcriber heard in it")
    note = models.CharField(max_length=200, blank=True, help_text="Why it was not fetched or not heard")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WithoutContent()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], condition=~Q(state="expired"), name="attachment_kept_since")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def is_there(self) -> bool:
        """Are its bytes kept?"""
        return self.size > 0 and self.state != self.State.EXPIRED
