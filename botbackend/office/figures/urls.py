"""Addresses of the room."""

from django.urls import path

from botbackend.office.figures import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("visits/", views.visits, name="figures-visits"),
    path("team/", views.team, name="figures-team"),
    path("clients/", views.clients, name="figures-clients"),
    path("talks/", views.talks, name="figures-talks"),
    path("download/<slug:listing>/", views.download, name="figures-download"),
]
