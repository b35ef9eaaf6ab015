"""Addresses of the room."""

from django.urls import path

from botbackend.office.clients import editing, merging, privacy, views

urlpatterns = [
    path("", views.clients, name="clients"),
    path("found/", views.found, name="clients-found"),
    path("alike/", merging.alike, name="clients-alike"),
    path("new/", editing.new, name="client-new"),
    path("<int:client>/", views.card, name="client"),
    path("<int:client>/visits/", views.visits, name="client-visits"),
    path("<int:client>/edit/", editing.edit, name="client-edit"),
    path("<int:client>/notes/", editing.notes, name="client-notes"),
    path("<int:client>/block/", editing.block, name="client-block"),
    path("<int:client>/merge/", merging.choose, name="client-merge"),
    path("<int:client>/merge/<int:other>/", merging.merge, name="client-merge-with"),
    path("<int:client>/apart/<int:other>/", merging.apart, name="client-apart"),
    path("<int:client>/part/", merging.part, name="client-part"),
    path("<int:client>/export/", privacy.export, name="client-export"),
    path("<int:client>/record/", privacy.record, name="client-record"),
    path("<int:client>/forget/", privacy.forget, name="client-forget"),
]
