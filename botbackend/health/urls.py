"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path

from botbackend.health.views import HealthView, LiveView, ReadyView, StatusView, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", StatusView.as_view(), name="status"),
    path("health", HealthView.as_view(), name="health"),
    path("health/live", LiveView.as_view(), name="health-live"),
    path("health/ready", ReadyView.as_view(), name="health-ready"),
    path("metrics", metrics, name="metrics"),
]
