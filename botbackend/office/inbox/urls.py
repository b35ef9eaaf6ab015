"""Addresses of the room."""

from django.urls import path

from botbackend.office.inbox import conversation, drafts, explanation, sending, views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("list/", views.talks, name="inbox-list"),
    path("count/", views.count, name="inbox-count"),
    path("read/", views.read_all, name="inbox-read"),
    path("tasks/<int:task>/done/", views.task_done, name="task-done"),
    path("media/<int:attachment>/", conversation.media, name="talk-media"),
    path("messages/<int:message>/again/", sending.again, name="message-again"),
    path("messages/<int:message>/why/", explanation.why, name="message-why"),
    path("drafts/<int:task>/send/", drafts.send, name="draft-send"),
    path("drafts/<int:task>/edit/", drafts.edit, name="draft-edit"),
    path("drafts/<int:task>/discard/", drafts.discard, name="draft-discard"),
    path("<int:dialogue>/", conversation.talk, name="talk"),
    path("<int:dialogue>/live/", conversation.live, name="talk-live"),
    path("<int:dialogue>/older/", conversation.older, name="talk-older"),
    path("<int:dialogue>/read/", conversation.read, name="talk-read"),
    path("<int:dialogue>/send/", sending.send, name="talk-send"),
    path("<int:dialogue>/lead/", conversation.lead, name="talk-lead"),
    path("<int:dialogue>/writing/", conversation.writing, name="talk-writing"),
]
