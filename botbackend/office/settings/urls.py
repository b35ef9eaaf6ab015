"""Addresses of the room."""

from django.urls import path

from botbackend.office.settings import connection_pages, keys, people, salon_pages

urlpatterns = [
    path("", salon_pages.settings, name="settings"),
    path("salon/", salon_pages.salon, name="settings-salon"),
    path("connections/", connection_pages.connections, name="settings-connections"),
    path("connections/test/<slug:connection>/", connection_pages.test, name="settings-test"),
    path("connections/address/", connection_pages.address, name="settings-address"),
    path("connections/secret/", connection_pages.new_secret, name="settings-secret"),
    path("connections/vanished/", connection_pages.vanished, name="settings-vanished"),
    path("connections/refused/<int:conflict>/", connection_pages.refused, name="settings-refused"),
    path("people/", people.people, name="settings-people"),
    path("people/invite/", people.invite, name="settings-invite"),
    path("people/<int:member>/", people.member, name="settings-member"),
    path("people/<int:member>/remove/", people.remove, name="settings-remove"),
    path("people/invitation/<int:invitation>/revoke/", people.revoke, name="settings-revoke"),
    path("keys/", keys.keys, name="settings-keys"),
    path("keys/new/", keys.new_key, name="settings-new-key"),
    path("keys/<int:key>/revoke/", keys.revoke, name="settings-revoke-key"),
]
