"""What was done to clients at the desk, who was made one as long as that can be taken back, and who never."""

from django.db import models
from django.db.models import F, Q

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


class ClientsApart(models.Model):
    """Two clients who share a phone or a name and are two people, as somebody at the desk said."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    one = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "clients apart"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="clients_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="clients_apart_in_order"),
        ]

    def __str__(self) -> str:
        return f"clients {self.one_id} and {self.other_id} are two people"


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
