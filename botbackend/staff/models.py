"""What somebody who works here has chosen for themselves, and how others come to work here."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from bookings.models import Specialist
from projects.models import Membership, Project


class Preferences(models.Model):
    """How a person wants the pages; without a row the browser's language counts."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    language = models.CharField(max_length=8, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"


def language_of(user: User) -> str:
    """Return the language that the person chose, "" for none."""
    return Preferences.objects.filter(user=user).values_list("language", flat=True).first() or ""


class Invitation(models.Model):
    """A link that makes whoever opens it a member of the salon: once, for three days, stored as a hash."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    specialist = models.ForeignKey(
        Specialist,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose calendar the person will have",
    )
    email = models.EmailField(blank=True, help_text="Whom it was written to")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(specialist=None) | Q(role=Membership.Role.SPECIALIST),
                name="invitation_calendar_of_specialists",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} ({self.role})"
