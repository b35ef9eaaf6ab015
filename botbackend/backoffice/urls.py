"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path

from botbackend.backoffice.config.views import ConfigView

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<str:project_id>/config", ConfigView.as_view(), name="config"),
]
