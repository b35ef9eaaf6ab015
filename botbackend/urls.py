"""Routes; nothing else."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("", include("botbackend.health.urls")),
    path("", include("botbackend.salon_api.urls")),
    path("", include("dialogues.urls")),
    path("", include("bookings.urls")),
    path("", include("sheets.urls")),
]
