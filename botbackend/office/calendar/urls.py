"""Addresses of the room."""

from django.urls import path

from botbackend.office.calendar import views

urlpatterns = [path("", views.calendar, name="calendar")]
