"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path

from botbackend.health.views import HealthView, StatusView, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", StatusView.as_view(), name="status"),
    path("health", HealthView.as_view(), name="health"),
    path("metrics", metrics, name="metrics"),
]
