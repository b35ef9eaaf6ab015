"""Routes of this part."""

from django.urls import URLPattern, URLResolver, path

from dialogues.inbound import webhook

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhook/sendpulse/<path:secret>", webhook.sendpulse),
    path("webhook/sendpulse", webhook.sendpulse, name="webhook"),
    path("webhook/sendpulse/", webhook.sendpulse),
]
