"""The plain back office of dialogues: read what was said, see what to do, look at raw events."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from dialogues.media import pages
from dialogues.models import (
    SECRETS,
    Attachment,
    ChannelSettings,
    Dialogue,
    InboundEvent,
    Message,
    ProjectWindow,
    ReadMark,
    SendPulseAccount,
    StaffTask,
    SyncRequest,
    check_new_secret,
)
from dialogues.selectors import describe
from dialogues.staff import handoff
from dialogues.staff.tasks import close_task, reopen_task
from projects.admin import on_project_page
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from projects.admin_forms import ProjectForm, SecretForm

REPLY_LENGTH = 20_000
SHOWN_MESSAGES = 100


class ChannelForm(SecretForm):
    """The channel's credentials are written, never shown."""

    secrets = SECRETS

    def clean_webhook_secret(self) -> object:
        """Hold a new secret to what one through the API is held to."""
        typed = self.cleaned_data["webhook_secret"]
        if isinstance(typed, str):
            try:
                check_new_secret(typed, stored_key=self.instance.webhook_key)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return typed


@on_project_page
class ChannelSettingsInline(SettingsInline):
    """The bot's account, how patient it is, and whom it tells."""

    model = ChannelSettings
    form = ChannelForm


class DialogueForm(ProjectForm):
    """A reply to the client; nothing else of a dialogue is typed by hand."""

    reply = forms.CharField(
        required=False,
        max_length=REPLY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text=_("Sent to the client at once. The bot is then quiet in this dialogue for a while."),
    )

    def clean_reply(self) -> str:
        """Refuse what could reach nobody."""
        reply: str = self.cleaned_data["reply"].strip()
        if reply and self.instance.channel_closed:
            raise forms.ValidationError(
                _("The client blocked the bot or unsubscribed: nothing reaches them.")
            )
        return reply


def _as_staff_see(message: Message) -> str:
    """The text with its photo or recording, and what the client made of it later, after it was answered."""
    later = f" [edited later: {message.edited_text}]" if message.edited_text else ""
    told = describe(message) + later
    attachment = getattr(message, "attachment", None)
    if attachment is None:
        return told
    return format_html("{}{}", told, pages.show(attachment, is_told=message.is_heard))


@admin.register(Dialogue)
class DialogueAdmin(ProjectScopedAdmin):
    """The lane of one client."""

    is_set_up = False  # workers lock a dialogue first and ask for the salon then
    form = DialogueForm
    list_display = ["client", "project", "mode", "human_until", "channel_closed", "last_message_at"]
    list_filter = ["project", "mode", "channel_closed", "is_archived"]
    list_select_related = ["client", "project"]
    search_fields = ["client__contact_id", "telegram_id"]
    actions = ["take_over", "give_back_to_the_bot"]
    readonly_fields = (
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
        "last_messages",
    )
    fields = ("reply", *readonly_fields)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=_("Last messages"))
    def last_messages(self, dialogue: Dialogue) -> str:
        """What was said, as it stands, oldest first; not as a form, which a long talk would burst."""
        zone = ZoneInfo(dialogue.project.timezone)
        said = dialogue.messages.select_related("attachment").defer("attachment__content")
        newest = list(said.order_by("-pk")[:SHOWN_MESSAGES])
        rows = [
            (
                timezone.localtime(message.created_at, zone).strftime("%Y-%m-%d %H:%M"),
                message.get_author_display(),
                _as_staff_see(message),
                f"{message.get_state_display()} {message.note}".strip(),
            )
            for message in reversed(newest)
        ]
        line = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", line, rows))

    def save_model(self, request: HttpRequest, obj: Dialogue, form: Any, change: bool) -> None:
        """Send what was typed. The row itself is left alone: workers write it meanwhile."""
        if reply := form.cleaned_data.get("reply"):
            handoff.reply_as_staff(dialogue_id=obj.pk, text=reply, who=_name_of(request))

    @admin.action(description=_("Take over: the bot is quiet"), permissions=["change"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[Dialogue]) -> None:
        """Give the chosen dialogues into a person's hands."""
        for dialogue in queryset:
            handoff.silence(dialogue_id=dialogue.pk, who=_name_of(request))

    @admin.action(description=_("Give back to the bot"), permissions=["change"])
    def give_back_to_the_bot(self, request: HttpRequest, queryset: QuerySet[Dialogue]) -> None:
        """End a person's time in the chosen dialogues."""
        for dialogue in queryset:
            handoff.resume(dialogue=dialogue)


def _name_of(request: HttpRequest) -> str:
    """How colleagues know the user; not the login, which is a mail address."""
    return (request.user.get_full_name() if request.user.is_authenticated else "") or "a colleague"


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every message, also those that were not sent and why."""

    list_display = ["created_at", "dialogue", "direction", "author", "kind", "state", "note", "project"]
    list_filter = ["project", "direction", "state", "author", "kind"]
    list_select_related = ["dialogue", "project"]
    date_hierarchy = "created_at"


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Photos and recordings of clients, and what was heard in them."""

    list_display = ["created_at", "kind", "state", "size", "note", "message", "project"]
    list_filter = ["project", "kind", "state"]
    list_select_related = ["message", "project"]
    date_hierarchy = "created_at"
    readonly_fields = ["shown", "created_at"]
    exclude = ["content", "heard"]

    @admin.display(description=_("Photo or recording"))
    def shown(self, attachment: Attachment) -> str:
        """The picture or the player, and the words."""
        return pages.show(attachment)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.content_page)
        return [path("<int:pk>/content", page, name="dialogues_attachment_content"), *super().get_urls()]

    def content_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bytes, for those who may see the row."""
        attachment = self.get_object(request, str(pk))
        if attachment is None or not attachment.is_there:
            raise Http404
        if not self.has_view_permission(request, attachment):
            raise PermissionDenied
        return pages.content_response(attachment, request.headers.get("Range", ""))


@admin.register(StaffTask)
class StaffTaskAdmin(ProjectScopedAdmin):
    """What a person has to look at."""

    is_set_up = False
    list_display = ["created_at", "kind", "dialogue", "state", "told_by", "project"]
    list_filter = ["project", "state", "kind"]
    list_select_related = ["dialogue", "project"]
    readonly_fields = ["dialogue", "kind", "reason", "told_at", "told_by", "created_at", "done_at"]
    actions = ["mark_done"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[StaffTask]) -> None:
        """Close the chosen tasks."""
        for task in queryset:
            close_task(task_id=task.pk)

    def save_model(self, request: HttpRequest, obj: StaffTask, form: Any, change: bool) -> None:
        """Close or reopen the task; nothing else of it is typed. The alerts write the row meanwhile."""
        if obj.state == StaffTask.State.DONE:
            close_task(task_id=obj.pk)
        else:
            reopen_task(task_id=obj.pk)


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


@admin.register(ReadMark)
class ReadMarkAdmin(ReadOnlyAdmin):
    """How far colleagues have read the talks."""

    list_display = ["dialogue", "user", "read_up_to"]
    list_select_related = ["dialogue", "user"]


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
