"""What was done to clients, as the tables hold it."""

from django.contrib import admin

from bookings.models import ClientEvent, ClientMerge, ClientsApart
from projects.admin_base import ReadOnlyAdmin


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
