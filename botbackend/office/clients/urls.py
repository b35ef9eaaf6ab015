"""Addresses of the room."""

from django.urls import path

from botbackend.office.clients import views

urlpatterns = [path("", views.clients, name="clients")]
