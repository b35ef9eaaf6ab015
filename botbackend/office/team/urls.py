"""Addresses of the room."""

from django.urls import path

from botbackend.office.team import views

urlpatterns = [path("", views.team, name="team")]
