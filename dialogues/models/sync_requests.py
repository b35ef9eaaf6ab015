"""Requests of SendPulse flows that wait for the reply in the same connection."""

from django.db import models

from botbackend.lib.fields import EncryptedTextField
from projects.models import Project


class SyncRequest(models.Model):
    """A flow's API request that waits for the reply of its lane, at most until `expires_at`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ANSWERED = "answered"
        SUPERSEDED = "superseded"
        RELEASED = "released"
        EXPIRED = "expired"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    contact_id = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, help_text="Tells a repeat of the same request")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["project", "contact_id", "-id"], name="sync_request_of_client"),
            models.Index(fields=["created_at"], name="sync_request_created"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} ({self.state})"
