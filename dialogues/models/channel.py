"""How a salon's channel is reached and used."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from botbackend.lib.crypto import blind_index
from botbackend.lib.fields import EncryptedTextField
from dialogues.identities import credential_in, id_in, path_secret_in
from projects.models import Project

BOT_TAKEN = "another project of this installation uses this bot"
SHORTEST_SECRET, LONGEST_SECRET = 20, 200
SECRET_TOO_SHORT = f"must have at least {SHORTEST_SECRET} characters, so that nobody guesses it"
SECRETS = ("sendpulse_client_id", "sendpulse_client_secret", "webhook_secret")

_READERS = {
    "sendpulse_bot_id": id_in,
    "staff_contact_id": id_in,
    "sendpulse_client_id": credential_in,
    "sendpulse_client_secret": credential_in,
    "webhook_secret": path_secret_in,
}


def webhook_key(secret: str) -> str:
    """Return what finds the salons that a webhook secret belongs to; "" for none."""
    return blind_index(secret.encode("utf-8", "replace").decode(), purpose="webhook_secret")


def is_guessable(secret: str, *, stored_key: str = "") -> bool:
    """Say whether nobody may choose this webhook secret: it is short, and not the one that is stored.

    Earlier versions took short ones over the API. They go on working, and whoever posts one back as it is
    changes nothing; doctor and the salon's checklist name them.
    """
    return 0 < len(secret) < SHORTEST_SECRET and webhook_key(secret) != stored_key


def check_new_secret(secret: str, *, stored_key: str = "") -> None:
    """Raise ValueError for a webhook secret that nobody may choose."""
    if len(secret) > LONGEST_SECRET:
        raise ValueError(f"must have at most {LONGEST_SECRET} characters")
    if is_guessable(secret, stored_key=stored_key):
        raise ValueError(SECRET_TOO_SHORT)


class WithoutSecrets(models.Manager["ChannelSettings"]):
    """Rows whose secrets stay in the database, undecrypted, until somebody asks for one."""

    def get_queryset(self) -> QuerySet[Any, Any]:
        return super().get_queryset().defer(*SECRETS)


class ChannelSettings(models.Model):
    """The bot's account, how patient it is, and whom it tells; without a row the defaults hold."""

    OPERATORS_FIELDS = ("client_messages_per_hour", "project_messages_per_hour")

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="channel_settings"
    )
    sendpulse_bot_id = models.CharField(max_length=64, blank=True)
    sendpulse_client_id = EncryptedTextField(blank=True, default="")
    sendpulse_client_secret = EncryptedTextField(blank=True, default="")
    webhook_secret = EncryptedTextField(blank=True, default="")
    webhook_key = models.CharField(max_length=40, blank=True, default="", editable=False)
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

    objects = WithoutSecrets()

    class Meta:
        base_manager_name = "objects"
        verbose_name_plural = "channel settings"
        indexes = [models.Index(fields=["webhook_key"], name="channel_webhook_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["sendpulse_bot_id"], condition=~Q(sendpulse_bot_id=""), name="channel_one_per_bot"
            )
        ]

    def __str__(self) -> str:
        return f"channel of {self.project}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Bring ids and secrets into the one form that the channel uses; what is stored already may stay."""
        super().clean_fields(exclude)
        stored = ChannelSettings.objects.filter(pk=self.pk).first() or ChannelSettings()
        mistakes = {}
        for name, read in _READERS.items():
            if name in (exclude or ()) or getattr(self, name) == getattr(stored, name):
                continue
            try:
                setattr(self, name, read(getattr(self, name)))
            except ValueError as error:
                mistakes[name] = str(error)
        if mistakes:
            raise ValidationError(mistakes)

    def clean(self) -> None:
        """Refuse the bot of another salon, and to wait longer for the next message than for all of them."""
        debounce, longest = self.debounce_seconds, self.max_wait_seconds
        if debounce is not None and longest is not None and longest < debounce:
            raise ValidationError({"max_wait_seconds": "must not be shorter than debounce_seconds"})
        others = ChannelSettings.objects.exclude(pk=self.pk)
        if self.sendpulse_bot_id and others.filter(sendpulse_bot_id=self.sendpulse_bot_id).exists():
            raise ValidationError({"sendpulse_bot_id": BOT_TAKEN})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key by which its webhook secret is found."""
        if "webhook_secret" not in self.get_deferred_fields():
            self.webhook_key = webhook_key(self.webhook_secret)
            fields: Iterable[str] | None = kwargs.get("update_fields")
            if fields is not None and "webhook_secret" in fields:
                kwargs["update_fields"] = {*fields, "webhook_key"}
        super().save(*args, **kwargs)


def channel_of(project: Project) -> ChannelSettings:
    """The salon's channel, read once per `project` object and without its secrets."""
    try:
        return project.channel_settings
    except ChannelSettings.DoesNotExist:
        return ChannelSettings(project=project)


class ProjectWindow(models.Model):
    """How many messages a project received in its running hour, and how far ahead of its pace it is."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    # Moves on by one message's share of the burst's window with each of them; never stays behind the clock.
    pace_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.count} since {timezone.localtime(self.started_at):%H:%M %Z}"


class SendPulseAccount(models.Model):
    """What all workers share about one SendPulse account: its token and its place in the send limit.

    It belongs to no project because several salons may use one account, and the limit is the account's.
    """

    fingerprint = models.CharField(max_length=40, unique=True, help_text="Keyed hash of the credentials")
    token = EncryptedTextField(blank=True, default="")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    refreshing_until = models.DateTimeField(null=True, blank=True)
    next_send_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True, help_text="When the credentials were refused")

    def __str__(self) -> str:
        return f"account {self.fingerprint[:6]}"
