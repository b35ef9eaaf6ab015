"""Addresses of the room."""

from django.urls import path

from botbackend.office.figures import views

urlpatterns = [path("", views.figures, name="figures")]
