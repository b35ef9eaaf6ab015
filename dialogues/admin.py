"""The plain back office of dialogues: read what was said, see what to do, look at raw events."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from dialogues import handoff
from dialogues.models import (
    Dialogue,
    InboundEvent,
    Message,
    ProjectWindow,
    SendPulseAccount,
    StaffTask,
    SyncRequest,
)
from projects.admin_base import ProjectScopedAdmin, ProjectScopedInline, ReadOnlyAdmin


class MessageInline(ProjectScopedInline):
    """What was said, as it stands."""

    model = Message
    can_delete = False
    max_num = 0
    fields = ("created_at", "author", "kind", "text", "state", "note", "turn_id")
    readonly_fields = fields
    ordering = ["id"]


@admin.register(Dialogue)
class DialogueAdmin(ProjectScopedAdmin):
    """The lane of one client."""

    list_display = ["client", "project", "mode", "human_until", "channel_closed", "last_message_at"]
    list_filter = ["project", "mode", "channel_closed", "is_archived"]
    list_select_related = ["client", "project"]
    search_fields = ["client__contact_id", "telegram_id"]
    actions = ["give_back_to_the_bot"]
    inlines = [MessageInline]
    fields = (
        "client",
        "mode",
        "human_until",
        "handoff_reason",
        "channel_closed",
        "language",
        "first_unanswered_at",
        "held_until",
        "last_message_at",
        "is_archived",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description="Give back to the bot", permissions=["change"])
    def give_back_to_the_bot(self, request: HttpRequest, queryset: QuerySet[Dialogue]) -> None:
        """End a person's time in the chosen dialogues."""
        for dialogue in queryset:
            handoff.resume(dialogue=dialogue)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every message, also those that were not sent and why."""

    list_display = ["created_at", "dialogue", "direction", "author", "kind", "state", "note", "project"]
    list_filter = ["project", "direction", "state", "author", "kind"]
    list_select_related = ["dialogue", "project"]
    date_hierarchy = "created_at"


@admin.register(StaffTask)
class StaffTaskAdmin(ProjectScopedAdmin):
    """What a person has to look at."""

    list_display = ["created_at", "kind", "dialogue", "state", "told_by", "project"]
    list_filter = ["project", "state", "kind"]
    list_select_related = ["dialogue", "project"]
    readonly_fields = ["dialogue", "kind", "reason", "told_at", "told_by", "created_at", "done_at"]
    actions = ["mark_done"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description="Mark as done", permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[StaffTask]) -> None:
        """Close the chosen tasks."""
        queryset.filter(state=StaffTask.State.OPEN).update(state=StaffTask.State.DONE, done_at=timezone.now())


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    """Raw events as they came, kept for 30 days."""

    list_display = ["received_at", "title", "contact_id", "state", "note", "project"]
    list_filter = ["project", "state", "title"]
    search_fields = ["contact_id"]
    date_hierarchy = "received_at"


@admin.register(SyncRequest)
class SyncRequestAdmin(ReadOnlyAdmin):
    """Requests of flows that waited for a reply."""

    list_display = ["created_at", "contact_id", "state", "project"]
    list_filter = ["project", "state"]


@admin.register(ProjectWindow)
class ProjectWindowAdmin(ReadOnlyAdmin):
    """How many messages a salon received in its running hour."""

    list_display = ["project", "started_at", "count"]
    list_select_related = ["project"]


@admin.register(SendPulseAccount)
class SendPulseAccountAdmin(ReadOnlyAdmin):
    """The shared token and place in the send limit of each account; the operator's alone."""

    list_display = ["fingerprint", "token_expires_at", "next_send_at", "refused_at"]
    exclude = ["token"]
