"""The tenant, who may see it, and the keys of programs that act for it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from botbackend.lib.crypto import blind_index
from botbackend.lib.fields import EncryptedTextField
from projects.zones import ZONE_SHAPE, check_zone


def webhook_key(secret: str) -> str:
    """Return what finds the salons that a webhook secret belongs to; "" for none."""
    return blind_index(secret.encode("utf-8", "replace").decode(), purpose="webhook_secret")


class Project(models.Model):
    """One salon. Every other row of the installation belongs to exactly one of these."""

    slug = models.SlugField("project id", max_length=64, unique=True, help_text="The project_id of the API")
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    timezone = models.CharField(max_length=64, default="Europe/Kyiv", validators=[check_zone])
    language = models.CharField(max_length=8, default="uk")
    currency = models.CharField(max_length=3, default="UAH")

    slot_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    work_start_minute = models.PositiveSmallIntegerField(default=9 * 60)
    work_end_minute = models.PositiveSmallIntegerField(default=18 * 60)
    min_notice_minutes = models.PositiveIntegerField(default=0)
    horizon_days = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(730)])
    cancel_deadline_hours = models.PositiveSmallIntegerField(default=0)
    max_active_visits = models.PositiveSmallIntegerField(
        default=10, help_text="Visits that one client may have ahead through the bot; 0 = no limit"
    )
    allow_nesting = models.BooleanField(
        default=False, help_text="May another visit be put into a processing gap of a service?"
    )
    confirm_before_booking = models.BooleanField(default=True)

    debounce_seconds = models.FloatField(
        default=4.0, validators=[MinValueValidator(0), MaxValueValidator(60)]
    )
    max_wait_seconds = models.FloatField(
        default=15.0, validators=[MinValueValidator(0), MaxValueValidator(300)]
    )
    handoff_minutes = models.PositiveIntegerField(
        default=120, help_text="How long the bot stays quiet after a person wrote"
    )
    client_messages_per_hour = models.PositiveIntegerField(default=120)
    project_messages_per_hour = models.PositiveIntegerField(default=5000)
    staff_contact_id = models.CharField(
        max_length=64, blank=True, help_text="SendPulse contact that is told about tasks"
    )
    staff_email = models.EmailField(blank=True)

    sendpulse_bot_id = models.CharField(max_length=64, blank=True)
    sendpulse_client_id = EncryptedTextField(blank=True, default="")
    sendpulse_client_secret = EncryptedTextField(blank=True, default="")
    webhook_secret = EncryptedTextField(blank=True, default="")
    webhook_key = models.CharField(max_length=40, blank=True, default="", editable=False)

    google_sheet_id = models.CharField(max_length=200, blank=True)

    model_fast = models.CharField(max_length=100, blank=True)
    model_main = models.CharField(max_length=100, blank=True)
    monthly_budget_usd = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["webhook_key"], name="project_webhook_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["sendpulse_bot_id"], condition=~Q(sendpulse_bot_id=""), name="project_one_per_bot"
            ),
            models.CheckConstraint(
                condition=Q(work_end_minute__gt=models.F("work_start_minute")) & Q(work_end_minute__lte=1440),
                name="project_work_hours_in_order",
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5) & Q(slot_minutes__lte=240), name="project_grid_sane"
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__lte=730) & Q(min_notice_minutes__lte=90 * 24 * 60),
                name="project_notice_and_horizon_sane",
            ),
            models.CheckConstraint(
                condition=Q(timezone__regex=ZONE_SHAPE), name="project_zone_looks_like_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key by which its webhook secret is found."""
        if "webhook_secret" not in self.get_deferred_fields():
            self.webhook_key = webhook_key(self.webhook_secret)
        fields: Iterable[str] | None = kwargs.get("update_fields")
        if fields is not None and "webhook_secret" in fields:
            kwargs["update_fields"] = {*fields, "webhook_key"}
        super().save(*args, **kwargs)


class Membership(models.Model):
    """A staff member's access to a project."""

    class Role(models.TextChoices):
        OWNER = "owner"
        STAFF = "staff"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.STAFF)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.project} ({self.role})"


class ApiKey(models.Model):
    """A program's key. Only a hash is stored; the prefix tells keys apart for people."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.WRITE)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.scope})"
