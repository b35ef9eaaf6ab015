"""Routes; nothing else."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("botbackend.health.urls")),
    path("", include("botbackend.salon_api.urls")),
    path("", include("dialogues.urls")),
    path("", include("bookings.urls")),
    path("", include("sheets.urls")),
]
