"""Routes of the mirror."""

from django.urls import path

from sheets.views import SheetHintView

urlpatterns = [
    path("projects/<str:project_id>/sheets/hint", SheetHintView.as_view(), name="sheet-hint"),
]
