"""Addresses of the room."""

from django.urls import path

from botbackend.office.inbox import views

urlpatterns = [path("", views.inbox, name="inbox")]
