"""The base of every admin page: one person's salons and nothing of anybody else's.

Django shows foreign rows in more places than the list: filters, selects, autocomplete, inlines, actions,
history. All of them are narrowed here, so that no admin class has to think of it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.db import models
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.http import HttpRequest

from projects.access import (
    BOTH_ROLES,
    ROLE_GROUPS,
    AnyUser,
    operators_fields,
    project_of,
    project_path,
    scoped,
    sees_everything,
    visible_projects,
)
from projects.admin_clock import shown, turn_clock_to
from projects.admin_forms import ProjectForm, SecretForm, ShallowJSONField, StandingFormSet
from projects.admin_many import MOST_DIGITS, ManySalonsAdmin, ScopedRelatedFilter, chosen_salon
from projects.admin_rights import rights_of, roles_of
from projects.admin_saving import SharedAdmin
from projects.history import note_change
from projects.locking import lock_project
from projects.models import Membership, Project

Row = TypeVar("Row", bound=Model)

if TYPE_CHECKING:
    _OptionsBase = admin.options.BaseModelAdmin[Any]
else:
    _OptionsBase = object


def _user(request: HttpRequest) -> AnyUser:
    return request.user


class _Scoped(_OptionsBase):
    """What full pages and inlines have in common."""

    form = ProjectForm
    formfield_overrides = {models.JSONField: {"form_class": ShallowJSONField}}
    view_roles: frozenset[Membership.Role] = BOTH_ROLES
    write_roles: frozenset[Membership.Role] = BOTH_ROLES

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look is not shown the secrets: Django would print them as plain text."""
        excluded, form = super().get_exclude(request, obj), cast(Any, self.form)
        if not issubclass(form, SecretForm) or self.has_change_permission(request, obj):
            return excluded
        return [*(excluded or []), *form.secrets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is the operator's to set, all others see and leave as it is."""
        fields = list(super().get_readonly_fields(request, obj))
        limits = () if sees_everything(_user(request)) else operators_fields(self.model)
        fields += [name for name in limits if name not in fields]
        return [shown(self.model, name) for name in fields]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is only looked at is on the clock of the page."""
        read_only = self.get_readonly_fields(request, obj)
        only_looks = obj is not None and not self.has_change_permission(request, obj)
        fields: list[Any] = []
        for name in super().get_fields(request, obj):
            column = shown(self.model, name)
            field = column if only_looks or column in read_only else name
            fields += [] if field in fields else [field]
        return fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any, Any]:
        return scoped(super().get_queryset(request), _user(request), self.view_roles)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = self._choices(db_field, request, kwargs)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Project:
            mine = list(kwargs["queryset"][:2])
            field.initial = mine[0] if len(mine) == 1 else None
        return field

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = self._choices(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choices(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> QuerySet[Any, Any]:
        rows = kwargs.get("queryset")
        if rows is None:
            rows = db_field.related_model._default_manager.all()
        roles = self.write_roles if db_field.related_model is Project else BOTH_ROLES
        return scoped(rows, _user(request), roles)

    def _may(
        self, request: HttpRequest, obj: Model | None, roles: frozenset[Membership.Role], *verbs: str
    ) -> bool:
        """Has the user one of the roles, with the right to one of the verbs, in the row's project?

        While there is no row yet, in any project. The right has to come with the role in that project: an
        owner of one salon is no owner of another in which she is staff.
        """
        if sees_everything(_user(request)):
            return True
        model: type[Model] = self.model
        if project_path(model) is None:
            return False
        mine = roles_of(request)
        if obj is None or obj.pk is None:
            held = set(mine.values())
        else:
            project = project_of(obj)  # an inline asks about its parent, which leads there just as well
            held = {mine[project]} if project in mine else set()
        return any(self._grants(request, role, verbs) for role in roles if role in held)

    def _grants(self, request: HttpRequest, role: Membership.Role, verbs: tuple[str, ...]) -> bool:
        rights = rights_of(request)
        held = rights[""] | rights[ROLE_GROUPS.get(role, "")]
        app = self.opts.app_label
        return any(f"{app}.{get_permission_codename(verb, self.opts)}" in held for verb in verbs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_view_permission(request, obj)
        return may and self._may(request, obj, self.view_roles, "view", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._django_may_add(request, obj) and self._may(request, obj, self.write_roles, "add")

    def _django_may_add(self, request: HttpRequest, obj: Any) -> bool:
        return super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and self._may(request, obj, self.write_roles, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and self._may(request, obj, self.write_roles, "delete")


class _Inline(_Scoped):
    """Rows inside another row's page."""

    form: type[forms.ModelForm[Any]] = ProjectForm  # type: ignore[assignment, unused-ignore]  # both bases name it
    extra = 0

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(super().get_exclude(request, obj) or []), "project"]  # it is the parent's

    def _django_may_add(self, request: HttpRequest, obj: Any) -> bool:
        return admin.options.InlineModelAdmin.has_add_permission(cast(Any, self), request, obj)


class ProjectScopedInline(_Inline, admin.TabularInline[Any, Any]):
    """Any number of rows."""

    formset = StandingFormSet


class SettingsInline(_Inline, admin.StackedInline[Any, Any]):
    """The one row in which an app keeps a salon's settings; they are the owner's."""

    write_roles = frozenset({Membership.Role.OWNER})
    can_delete = False
    min_num = max_num = 1


class ProjectScopedAdmin(_Scoped, ManySalonsAdmin, SharedAdmin):
    """Queryset, choices, filters, autocomplete, actions and history narrowed to the user's projects.

    `view_roles` and `write_roles` say which membership roles may look and change; a superuser may all.
    A row never moves to another project: `project` is fixed once the row exists.
    """

    list_per_page = 50
    is_set_up = True  # saving waits for whoever changes the salon's set-up
    show_full_result_count = False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if isinstance(item, str) and _is_relation(self.model, item):
            return (item, ScopedRelatedFilter)
        return item

    def lock_rows(self, request: HttpRequest, object_id: str | None) -> None:
        if not self.is_set_up:
            return
        row = self.get_object(request, unquote(object_id)) if object_id else None
        typed = request.POST.get("project", "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_DIGITS else 0
        own = (project_of(row) if row is not None else number) or 0
        found = visible_projects(_user(request)).filter(pk=own).values_list("pk", flat=True).first()
        if found is not None:
            lock_project(found)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Find the row of a page, which then shows and takes times on the clock of the row's salon."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            turn_clock_to(project_of(row) or 0)
        return row

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A list that was filtered to one salon has that salon's clock too."""
        chosen = chosen_salon(request, self.model)
        if chosen is not None:
            turn_clock_to(chosen)
        return super().get_changelist_instance(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_readonly_fields(request, obj))
        has_project = any(field.name == "project" for field in self.model._meta.fields)
        return [*fields, "project"] if obj is not None and has_project and "project" not in fields else fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        verbs = ("view", "add", "change", "delete")
        return super().has_module_permission(request) and self._may(request, None, self.view_roles, *verbs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for part in formset.forms:
            if getattr(part.instance, "project_id", 0) is None:
                part.instance.project_id = project_of(form.instance)
        super().save_formset(request, form, formset, change)

    # The log is clear text, see `projects.history`.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return _log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return _log(request, obj, CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
        return [_log(request, obj, DELETION, []) for obj in queryset]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, list[str]]]]:
        messages = super().construct_change_message(request, form, formsets, add)
        for message in messages:
            for part in message.values():
                part.pop("object", None)
        return messages


def _log(request: HttpRequest, obj: Model, flag: int, message: Any) -> LogEntry:
    return note_change(user_id=cast(int, request.user.pk), row=obj, flag=flag, message=message)


def _is_relation(model: type[Model], lookup: str) -> bool:
    current: Any = model
    field: Field[Any, Any] | Any = None
    for name in lookup.split("__"):
        field = current._meta.get_field(name)
        current = field.related_model
    return bool(field is not None and field.is_relation)


class ReadOnlyAdmin(ProjectScopedAdmin):
    """For rows that only code writes: a record is looked at, never edited."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
