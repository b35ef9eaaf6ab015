"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path

from botbackend.salon_api.config.views import ConfigView
from botbackend.salon_api.docs.views import SchemaView, docs
from botbackend.salon_api.figures.views import QueueView, StatsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<str:project_id>/config", ConfigView.as_view(), name="config"),
    path("projects/<str:project_id>/stats", StatsView.as_view(), name="stats"),
    path("projects/<str:project_id>/queue", QueueView.as_view(), name="queue"),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", docs, name="docs"),
]
