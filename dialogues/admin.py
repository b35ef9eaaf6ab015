"""Talks with clients, as they came and as they were answered."""

from django.contrib import admin

from dialogues.models import Dialogue, InboundEvent, Message, StaffTask
from projects.access import OWNERS_ONLY
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    """Raw events; their content is for the owner only."""

    view_roles = OWNERS_ONLY
    list_display = ["received_at", "title", "contact_id", "state", "note", "project"]
    list_filter = ["project", "state", "title"]
    search_fields = ["contact_id", "dedupe_key"]


@admin.register(Dialogue)
class DialogueAdmin(ProjectScopedAdmin):
    """The lane of each client: who answers, and until when."""

    list_display = ["client", "project", "mode", "human_until", "last_message_at", "is_archived"]
    list_filter = ["project", "mode", "is_archived", "channel_closed"]
    list_select_related = ["client", "project"]
    fields = ["project", "client", "mode", "human_until", "handoff_reason", "language", "channel_closed"]
    readonly_fields = ["client", "channel_closed"]

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every text, either way."""

    list_display = ["channel_date", "direction", "author", "text", "state", "dialogue", "project"]
    list_filter = ["project", "direction", "author", "state"]
    list_select_related = ["project", "dialogue"]


@admin.register(StaffTask)
class StaffTaskAdmin(ProjectScopedAdmin):
    """What a person has to look at."""

    list_display = ["created_at", "kind", "reason", "state", "project"]
    list_filter = ["project", "state", "kind"]
    readonly_fields = ["dialogue", "created_at"]
