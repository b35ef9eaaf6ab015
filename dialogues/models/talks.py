"""The lane of each client: what was said in it, and what it leaves to people."""

import math
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookings.models import Client
from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from projects.models import Project


class Dialogue(models.Model):
    """The lane of one client: one turn at a time. Its row is locked before a message is added."""

    class Mode(models.TextChoices):
        BOT = "bot"
        HUMAN = "human"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dialogues", db_index=False)
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="dialogue")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.BOT)
    human_until = models.DateTimeField(null=True, blank=True, help_text="The bot is quiet until then")
    handoff_reason = models.CharField(max_length=200, blank=True)
    channel_closed = models.BooleanField(
        default=False, help_text="The client blocked the bot or unsubscribed"
    )
    channel_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the channel says it was closed or opened again"
    )
    telegram_id = models.CharField(max_length=32, blank=True)
    verified_at = models.DateTimeField(
        null=True, blank=True, help_text="When SendPulse said whose the contact is"
    )
    contact_bot_id = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="The bot that the contact belongs to, as SendPulse said",
    )
    language = models.CharField(max_length=8, blank=True)
    awaits_answer_until = models.DateTimeField(
        null=True, blank=True, help_text="A proposal is open until then, so a short answer is expected"
    )
    sync_until = models.DateTimeField(
        null=True, blank=True, help_text="A flow's request may be waiting for the reply until then"
    )
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Too many messages: stored, but not answered before"
    )
    awaits_media_until = models.DateTimeField(
        null=True, blank=True, help_text="A photo or recording is on its way: no turn before"
    )
    window_started_at = models.DateTimeField(null=True, blank=True)
    window_count = models.PositiveIntegerField(default=0, help_text="Messages in the running hour")
    told_held_at = models.DateTimeField(
        null=True, blank=True, help_text="When the client was told that answers take longer"
    )
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="SendPulse's own flows are paused for this client until then"
    )
    first_unanswered_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    discards = models.PositiveSmallIntegerField(
        default=0, help_text="Drafts dropped in a row for newer messages"
    )
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-last_message_at"]
        indexes = [
            models.Index(fields=["project", "last_message_at"], name="dialogue_project_last"),
            models.Index(
                fields=["project", "telegram_id"], condition=~Q(telegram_id=""), name="dialogue_telegram"
            ),
            models.Index(
                fields=["project", "last_message_at"], condition=Q(mode="human"), name="dialogue_with_person"
            ),
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"

    def is_silenced(self, now: datetime) -> bool:
        """Does a person lead the talk at this moment?"""
        return self.mode == self.Mode.HUMAN and (self.human_until is None or self.human_until > now)

    def is_held(self, now: datetime) -> bool:
        """Are turns held back because too many messages came?"""
        return self.held_until is not None and self.held_until > now

    def awaits_media(self, now: datetime) -> bool:
        """Is a photo or recording of the burst still on its way?"""
        return self.awaits_media_until is not None and self.awaits_media_until > now


class Message(models.Model):
    """One message of a dialogue, either way. Outgoing ones are the outbox of the channel."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Author(models.TextChoices):
        CLIENT = "client"
        BOT = "bot"
        STAFF = "staff"

    class State(models.TextChoices):
        RECEIVED = "received"
        SKIPPED = "skipped"
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    # Indexes that begin with them, or that serve better, are named below.
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="messages", db_index=False)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    author = models.CharField(max_length=6, choices=Author.choices)
    kind = models.CharField(max_length=16, default="text")
    text = EncryptedTextField(blank=True, default="")
    text_hash = models.CharField(max_length=40, blank=True, editable=False)
    media = EncryptedJSONField(null=True, blank=True)
    external_id = models.CharField(max_length=128, blank=True, help_text="The channel's id of this message")
    channel_message_id = models.CharField(
        max_length=32, blank=True, help_text="Telegram's number in the chat"
    )
    edited_text = EncryptedTextField(
        blank=True, default="", db_default="", help_text="What the client made of it after it was answered"
    )
    edited_at = models.DateTimeField(null=True, blank=True, help_text="When the client last edited it")
    event_id = models.BigIntegerField(null=True, blank=True, help_text="The event it came with")
    via_flow = models.BooleanField(default=False, help_text="It came or went through a flow's API request")
    state = models.CharField(max_length=10, choices=State.choices)
    note = models.CharField(
        max_length=500, blank=True, help_text="Why it was skipped, failed or is uncertain"
    )
    turn_id = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="The turn that answered or wrote it"
    )
    seq = models.PositiveSmallIntegerField(default=0, help_text="Place among the texts of one turn")
    attempts = models.PositiveSmallIntegerField(default=0)
    sending_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last handed to the channel"
    )
    looks = models.PositiveSmallIntegerField(default=0, help_text="How often its fate was looked up")
    resends = models.PositiveSmallIntegerField(default=0)
    is_settled = models.BooleanField(default=False, help_text="Uncertain for good; a person was told")
    channel_date = models.DateTimeField(help_text="When the channel says it was written; ours for outgoing")
    sent_at = models.DateTimeField(null=True, blank=True)
    written_by = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="Which colleague wrote it"
    )
    reply_key = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Tells a repeat of the same reply"
    )
    is_archived = models.BooleanField(default=False, help_text="Covered by a summary")
    created_at = models.DateTimeField(
        default=timezone.now, help_text="When it reached us; relative words such as tomorrow count from here"
    )

    class Meta:
        ordering = ["channel_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "turn_id", "seq"],
                condition=Q(direction="out", turn_id__isnull=False),
                name="message_one_per_turn_place",
            ),
            models.UniqueConstraint(
                fields=["dialogue", "external_id"], condition=~Q(external_id=""), name="message_once"
            ),
            models.UniqueConstraint(
                fields=["event_id"], condition=Q(event_id__isnull=False), name="message_once_per_event"
            ),
        ]
        indexes = [
            models.Index(fields=["dialogue", "-id"], name="message_newest"),
            models.Index(fields=["project", "channel_date"], name="message_project_date"),
            models.Index(
                fields=["dialogue"],
                condition=Q(direction="in", state="received", turn_id__isnull=True),
                name="message_unanswered",
            ),
            models.Index(
                fields=["dialogue"],
                condition=Q(state__in=["queued", "sending", "uncertain"], is_settled=False),
                name="message_unsent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} message {self.pk} ({self.state})"

    @property
    def is_heard(self) -> bool:
        """Were its words heard in a recording rather than typed?"""
        return isinstance(self.media, dict) and self.media.get("heard") is True

    @property
    def place(self) -> tuple[datetime, float, int]:
        """Sorts a chat as it was written: the channel tells whole seconds only, but it counts."""
        number = self.channel_message_id
        return self.channel_date, int(number) if number.isdecimal() else math.inf, self.pk


class StaffTask(models.Model):
    """Something a person has to look at: a hand-off, an unanswered question, an undelivered text."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="staff_tasks")
    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, null=True, blank=True, related_name="staff_tasks"
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The text that was lost, of a task that tells of one",
    )
    kind = models.CharField(max_length=32)
    reason = EncryptedTextField(blank=True, default="")
    draft = EncryptedTextField(
        blank=True, default="", db_default="", help_text="What the bot would say; a person sends it or not"
    )
    knows_up_to = models.BigIntegerField(
        null=True, blank=True, help_text="The client's newest message that the draft answers"
    )
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the salon was told")
    told_by = models.CharField(max_length=16, blank=True, help_text="message or mail")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["project", "state"], name="staff_task_project_state"),
            models.Index(fields=["project", "kind", "created_at"], name="staff_task_project_kind"),
            models.Index(fields=["kind"], condition=Q(state="open"), name="staff_task_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
