"""Routes; nothing else."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.defaults import page_not_found

from botbackend.security_txt import security_txt

urlpatterns = [
    path("", include("dialogues.urls")),  # first: the webhook is asked for more often than all others
    # "View on site": no row of ours has a page outside the admin, and a model without a table breaks it.
    re_path("^admin/r/", page_not_found, {"exception": None}),
    path("admin/", include("botbackend.office.urls")),
    path("admin/", admin.site.urls),
    path("", include("botbackend.health.urls")),
    path("", include("botbackend.salon_api.urls")),
    path("", include("bookings.urls")),
    path("", include("sheets.urls")),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]
