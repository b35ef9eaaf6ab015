"""What was done to a client at the desk, and two clients made one, as long as that can be taken back."""

from django.db import models

from bookings.models.clients import Client
from bookings.models.visits import Booking
from botbackend.lib.fields import EncryptedJSONField
from projects.models import Project


class ClientEvent(models.Model):
    """The audit line of one act on a client: who, from where, before and after."""

    class Action(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        BLOCKED = "blocked"
        UNBLOCKED = "unblocked"
        MERGED = "merged"
        PARTED = "parted"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=32, choices=Action.choices)
    source = models.CharField(max_length=8, choices=Booking.Source.choices)
    actor = models.CharField(max_length=200, blank=True)
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} of client {self.client_id}"


class ClientMerge(models.Model):
    """A client who was made one with another, with all that takes it back. It is dropped after a day."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    kept = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="merges")
    gone = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="merge")
    record = EncryptedJSONField(help_text="Both as they were, what was made of the one kept, what was moved")
    actor = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"client {self.gone_id} is client {self.kept_id}"
