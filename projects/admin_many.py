"""Tables of an installation with very many salons: nothing of a list may read all rows of all of them.

Whoever sees more than MANY salons, the operator that is, is shown the newest rows until one salon is chosen:
the first MOST_ROWS by primary key, without the filters that would read the whole table for their choices.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import BooleanField, ForeignKey, Model, QuerySet
from django.http import HttpRequest

from projects.access import AnyUser, project_path, scoped, sees_everything
from projects.models import Project

MANY, MOST_ROWS = 100, 10_000
MOST_DIGITS = 19  # that a bigint always holds

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = object


def chosen_salon(request: HttpRequest, model: type[Model]) -> int | None:
    """Return the primary key of the salon that a list is filtered to."""
    chosen = request.GET.get(f"{project_path(model)}__id__exact", "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < MOST_DIGITS else None


def shows_many(request: HttpRequest, model: type[Model]) -> bool:
    """Tell whether a list is of very many salons: asked once per request."""
    path = project_path(model)
    if path in (None, "pk") or not sees_everything(cast(AnyUser, request.user)):
        return False
    if chosen_salon(request, model) is not None:
        return False
    known: bool | None = getattr(request, "has_many_salons", None)
    if known is None:
        known = Project.objects.order_by()[: MANY + 1].count() > MANY
        request.has_many_salons = known  # type: ignore[attr-defined]  # kept beside what it is of
    return known


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """The filter sidebar names only what the person may see, of the chosen salon where one is."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[Any]:
        rows = scoped(field.related_model._default_manager.all(), cast(AnyUser, request.user))
        salon, path = chosen_salon(request, model_admin.model), project_path(field.related_model)
        if salon is not None and path not in (None, "pk"):
            rows = rows.filter(**{path: salon})
        ordering = self.field_admin_ordering(field, request, model_admin)
        if ordering:
            rows = rows.order_by(*ordering)
        return [(str(row.pk), str(row)) for row in rows]


class NewestPaginator(Paginator[Any]):
    """Counts no further than anybody turns pages."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to turn through."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:MOST_ROWS].count()


class _WithoutDates(ChangeList):
    """The way by years and months begins with the first and the last date of all rows: it is left out."""

    def __init__(
        self,
        request: HttpRequest,
        model: type[Model],
        list_display: Any,
        list_display_links: Any,
        list_filter: Any,
        date_hierarchy: str | None,
        *rest: Any,
    ) -> None:
        super().__init__(request, model, list_display, list_display_links, list_filter, None, *rest)


class ManySalonsAdmin(_ModelAdmin):
    """What a list leaves out while it is of very many salons."""

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["-pk"] if shows_many(request, self.model) else super().get_ordering(request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        found = list(super().get_list_filter(request))
        if shows_many(request, self.model):
            found = [item for item in found if isinstance(item, str) and self._is_read_nowhere(item)]
        return found

    def _is_read_nowhere(self, name: str) -> bool:
        """Are the choices of the filter known without the table? Those of the salon itself are few enough."""
        if "__" in name:
            return False
        field = self.model._meta.get_field(name)
        is_salon = isinstance(field, ForeignKey) and field.related_model is Project
        return is_salon or isinstance(field, BooleanField) or bool(getattr(field, "choices", None))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _WithoutDates if shows_many(request, self.model) else super().get_changelist(request, **kwargs)

    def get_paginator(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        if shows_many(request, self.model):
            return NewestPaginator(queryset, *args, **kwargs)
        return super().get_paginator(request, queryset, *args, **kwargs)
