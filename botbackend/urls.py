"""Routes; nothing else."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("dialogues.urls")),  # first: the webhook is asked for more often than all others
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("", include("botbackend.health.urls")),
    path("", include("botbackend.salon_api.urls")),
    path("", include("bookings.urls")),
    path("", include("sheets.urls")),
]
