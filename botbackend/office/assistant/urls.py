"""Addresses of the room."""

from django.urls import path

from botbackend.office.assistant import views

urlpatterns = [path("", views.assistant, name="assistant")]
