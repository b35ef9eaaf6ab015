"""Prompts, knowledge and wordings to edit; turns and proposals to look at."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ai.claude import key_pool, pricing
from ai.models import (
    MODEL_FIELDS,
    AssistantSettings,
    Breaker,
    CompressionBatch,
    GuidedState,
    KeyState,
    Knowledge,
    ModelPrice,
    PromptDraft,
    PromptVersion,
    Proposal,
    Rehearsal,
    Scenario,
    Summary,
    Turn,
    Wording,
    may_choose,
)
from ai.prompts.versions import prompts_in_force, publish_prompt, publish_version, return_to_shipped
from projects.access import OWNERS_ONLY, sees_everything
from projects.admin import on_project_page
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from projects.admin_forms import ProjectForm


class AssistantForm(ProjectForm):
    """The operator's: any model that there is."""


class OwnersAssistantForm(AssistantForm):
    """An owner's: the models that the operator lets salons choose; what is stored may stay."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in MODEL_FIELDS:
            chosen = cleaned.get(name)
            if chosen is not None and chosen != self.initial.get(name, "") and not may_choose(chosen):
                self.add_error(
                    name, _("The operator lets you choose: %s") % ", ".join(settings.SALON_CLAUDE_MODELS)
                )
        return cleaned


@on_project_page
class AssistantSettingsInline(SettingsInline):
    """Models and budget, which are the operator's to set, and whether clients are asked before a visit.

    Where the operator lists models that salons may choose, an owner chooses among them.
    """

    model = AssistantSettings
    form = AssistantForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = super().get_readonly_fields(request, obj)
        return [name for name in fields if not (settings.SALON_CLAUDE_MODELS and name in MODEL_FIELDS)]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = AssistantForm if sees_everything(request.user) else OwnersAssistantForm
        return super().get_formset(request, obj, **({"form": form} | kwargs))


@admin.register(PromptVersion)
class PromptVersionAdmin(ProjectScopedAdmin):
    """Every version of the four prompts: a new text is a new version, in force at once."""

    view_roles = OWNERS_ONLY
    write_roles = OWNERS_ONLY
    list_display = ["name", "version", "state", "project", "author", "published_at"]
    list_filter = ["project", "name", "state"]
    actions = ["put_in_force", "go_back_to_shipped"]

    def get_fields(self, request: HttpRequest, obj: PromptVersion | None = None) -> list[Any]:
        written = ["project", "name", "text"]
        return written if obj is None else [*written, "version", "state", "author", "published_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PromptVersion, form: Any, change: bool) -> None:
        """Publish the text; the same text again is the version that is in force already."""
        author = request.user if isinstance(request.user, AbstractBaseUser) else None
        before = prompts_in_force(project=obj.project)[obj.name]
        row = publish_prompt(project=obj.project, name=obj.name, text=obj.text, author=author)
        obj.pk, obj.version, obj.state = row.pk, row.version, row.state
        already = before.version == row.version
        said = "was in force already: nothing changed." if already else "is in force."
        self.message_user(request, f"{obj.name} v{obj.version} {said}")

    def response_add(
        self, request: HttpRequest, obj: PromptVersion, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go back to the list: what happened has been said, and it was more than adding a row."""
        return self.response_post_save_add(request, obj)

    @admin.action(description=_("Put the selected version in force again"), permissions=["add"])
    def put_in_force(self, request: HttpRequest, queryset: QuerySet[PromptVersion]) -> None:
        for version in queryset:
            publish_version(version=version)
            self.message_user(request, f"{version.name} v{version.version} is in force.")

    @admin.action(description=_("Go back to the text that is shipped"), permissions=["add"])
    def go_back_to_shipped(self, request: HttpRequest, queryset: QuerySet[PromptVersion]) -> None:
        for project_id, name in set(queryset.values_list("project_id", "name")):
            count = return_to_shipped(project_id=project_id, name=name)
            said = "is in force" if count else "was in force already"
            self.message_user(request, f"{name}: the text that is shipped {said}.")


@admin.register(PromptDraft)
class PromptDraftAdmin(ReadOnlyAdmin):
    """What owners write of a prompt and have not published."""

    view_roles = OWNERS_ONLY
    list_display = ["name", "project", "author", "updated_at"]
    list_filter = ["project", "name"]


@admin.register(Rehearsal)
class RehearsalAdmin(ReadOnlyAdmin):
    """Prompts that were tried out, and what that cost."""

    view_roles = OWNERS_ONLY
    list_display = ["created_at", "project", "name", "kind", "state", "cost_usd"]
    list_filter = ["project", "name", "kind", "state"]
    fields = ["created_at", "project", "author", "name", "kind", "state", "note", "cost_usd", "tally"]


@admin.register(Scenario)
class ScenarioAdmin(ReadOnlyAdmin):
    """What a draft is held against before it is published."""

    view_roles = OWNERS_ONLY
    list_display = ["__str__", "project", "outcome", "service"]
    list_filter = ["project", "outcome"]
    list_select_related = ["project", "service"]


@admin.register(Knowledge)
class KnowledgeAdmin(ProjectScopedAdmin):
    """Facts that the bot may tell; the staff know them best."""

    list_display = ["title", "project", "is_active", "position"]
    list_filter = ["project", "is_active"]
    search_fields = ["title"]


@admin.register(Wording)
class WordingAdmin(ProjectScopedAdmin):
    """The salon's own wording of cards and receipts."""

    write_roles = OWNERS_ONLY
    list_display = ["key", "language", "project"]
    list_filter = ["project", "language"]


@admin.register(Turn)
class TurnAdmin(ReadOnlyAdmin):
    """The trace of every answer."""

    list_display = ["started_at", "project", "dialogue", "mode", "outcome", "calls", "cost_usd"]
    list_filter = ["project", "mode", "outcome"]
    list_select_related = ["project", "dialogue"]
    date_hierarchy = "started_at"


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What clients were shown and may say yes to."""

    list_display = ["created_at", "project", "dialogue", "kind", "state", "expires_at"]
    list_filter = ["project", "kind", "state"]


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    """Compressed histories."""

    list_display = ["created_at", "project", "dialogue", "first_message_id", "last_message_id"]
    list_filter = ["project"]


@admin.register(KeyState)
class KeyStateAdmin(ReadOnlyAdmin):
    """What is known of each Claude key; the operator's alone, for it belongs to no salon."""

    list_display = ["label", "organization", "cools_until", "retired_at", "reason", "updated_at"]
    actions = ["put_back_into_service"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Put back into service: the trouble is over"), permissions=["operate"])
    def put_back_into_service(self, request: HttpRequest, queryset: QuerySet[KeyState]) -> None:
        key_pool.revive(list(queryset.values_list("fingerprint", flat=True)))


@admin.register(ModelPrice)
class ModelPriceAdmin(ProjectScopedAdmin):
    """What models cost; the operator's alone. A new price is a new row; none goes, calls were counted so."""

    is_set_up = False
    list_display = ["name", "valid_from", "input", "write_5m", "write_1h", "read", "output"]
    list_filter = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ModelPrice, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        pricing.forget_cache()  # other processes notice within a minute


@admin.register(Breaker)
class BreakerAdmin(ReadOnlyAdmin):
    """Whether Claude is asked at all; the operator's alone."""

    list_display = ["name", "failures", "open_until", "updated_at"]


@admin.register(GuidedState)
class GuidedStateAdmin(ReadOnlyAdmin):
    """Where clients stand in the numbered menus."""

    project_path = "dialogue__project"
    list_display = ["dialogue", "updated_at"]
    list_select_related = ["dialogue"]


@admin.register(CompressionBatch)
class CompressionBatchAdmin(ReadOnlyAdmin):
    """Batches of summaries that were handed in; the operator's alone."""

    list_display = ["batch_id", "is_done", "created_at"]
    list_filter = ["is_done"]
