"""Addresses of the room."""

from django.urls import path

from botbackend.office.calendar import (
    booking,
    exchanging,
    feed,
    giving,
    letters,
    moving,
    pricing,
    views,
    visits,
)

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("list/", views.visits_list, name="calendar-list"),
    path("print/", views.on_paper, name="calendar-print"),
    path("events/", views.events, name="calendar-events"),
    path("pulse/", views.pulse, name="calendar-pulse"),
    path("feed/<int:specialist>/", feed.feed, name="calendar-feed"),
    path("feed/<int:specialist>/new/", feed.new_address, name="calendar-feed-new"),
    path("visits/new/", booking.visit_new, name="visit-new"),
    path("visits/new/times/", booking.times, name="visit-times"),
    path("visits/new/clients/", booking.clients, name="visit-clients"),
    path("visits/new/clients/open/", booking.client_open, name="visit-client-open"),
    path("visits/new/clients/<int:client>/", booking.client_chosen, name="visit-client"),
    path("visits/<int:booking>/", visits.visit, name="visit"),
    path("visits/<int:booking>/act/", visits.act, name="visit-act"),
    path("visits/<int:booking>/note/", visits.note, name="visit-note"),
    path("visits/<int:booking>/staff-note/", visits.staff_note, name="visit-staff-note"),
    path("visits/<int:booking>/client/", giving.give, name="visit-give"),
    path("visits/<int:booking>/client/look/", giving.give_look, name="visit-give-look"),
    path("visits/<int:booking>/cancel/", visits.cancel, name="visit-cancel"),
    path("visits/<int:booking>/restore/", visits.restore, name="visit-restore"),
    path("visits/<int:booking>/move/", moving.move, name="visit-move"),
    path("visits/<int:booking>/move/times/", moving.move_times, name="visit-move-times"),
    path("visits/<int:booking>/price/", pricing.price, name="visit-price"),
    path("visits/<int:booking>/tell/", letters.tell, name="visit-tell"),
    path("visits/<int:booking>/services/", exchanging.services, name="visit-services"),
    path("visits/<int:booking>/services/times/", exchanging.services_times, name="visit-services-times"),
]
