"""Clients, and what was done to them, as the tables hold it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin import BookedAdmin
from bookings.models import Client, ClientEvent, ClientMerge, ClientsApart
from bookings.stats import clients_by_source
from botbackend.lib.phones import InvalidPhone, e164
from projects.admin_base import ReadOnlyAdmin
from projects.admin_forms import ProjectForm


class ClientForm(ProjectForm):
    """Takes a phone as people of the salon's country write it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        project = cleaned.get("project") or getattr(self.instance, "project", None)
        phone = cleaned.get("phone") or ""
        if project is None or phone == self.instance.phone:  # one that an older version stored may stay
            return cleaned
        try:
            cleaned["phone"] = e164(phone, country=project.home_country)
        except InvalidPhone as error:
            self.add_error("phone", error.fields["phone"][0])
        return cleaned


class SourceFilter(admin.SimpleListFilter):
    """Where clients came from, with how many they are."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = clients_by_source(clients=model_admin.get_queryset(request))
        return [(source, f"{source} ({count})") for source, count in found.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(source=self.value()) if self.value() else queryset


@admin.register(Client)
class ClientAdmin(BookedAdmin):
    """People who book. Names and phones are encrypted, so the search is for the channel's id."""

    form = ClientForm
    list_display = ["__str__", "contact_id", "project", "language", "source", "is_blocked", "last_seen_at"]
    list_filter = ["project", "language", SourceFilter, "is_blocked"]
    search_fields = ["contact_id"]
    readonly_fields = ["contact_id", "source", "created_at", "last_seen_at"]

    def doubts(self, obj: Client) -> list[str]:
        """One phone may be a family's, but then data is given out and forgotten for each by its number."""
        same = Client.objects.filter(project=obj.project_id, phone_index=obj.phone_index).exclude(pk=obj.pk)
        numbers = (
            ", ".join(map(str, same.order_by("pk").values_list("pk", flat=True)[:10])) if obj.phone else ""
        )
        return [f"This phone is also that of client {numbers}."] if numbers else []


@admin.register(ClientEvent)
class ClientEventAdmin(ReadOnlyAdmin):
    """The audit trail of clients."""

    list_display = ["at", "client", "action", "source", "actor", "project"]
    list_filter = ["project", "action", "source"]
    list_select_related = ["client", "project"]


@admin.register(ClientMerge)
class ClientMergeAdmin(ReadOnlyAdmin):
    """Clients made one who can still be taken apart."""

    list_display = ["at", "kept", "gone", "actor", "project"]
    list_filter = ["project"]
    list_select_related = ["kept", "gone", "project"]


@admin.register(ClientsApart)
class ClientsApartAdmin(ReadOnlyAdmin):
    """Clients who share a phone or a name and are two people."""

    list_display = ["at", "one", "other", "actor", "project"]
    list_filter = ["project"]
    list_select_related = ["one", "other", "project"]
