"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path, re_path

from bookings.api.calendar_feed import calendar_view
from bookings.api.views import BookingsView, BookingView, SlotsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<str:project_id>/slots", SlotsView.as_view(), name="slots"),
    path("projects/<str:project_id>/bookings", BookingsView.as_view(), name="bookings"),
    path("projects/<str:project_id>/bookings/<int:booking_id>", BookingView.as_view(), name="booking"),
    re_path(r"^calendar/(?P<token>[A-Za-z0-9_-]{16,64})\.ics$", calendar_view, name="specialist-calendar"),
]
