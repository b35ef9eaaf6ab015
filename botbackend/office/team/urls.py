"""Addresses of the room."""

from django.urls import URLPattern, path

from botbackend.office.team import catalogue, cells, closings, hours


def _entries(kind: str, folder: str) -> list[URLPattern]:
    """Return what can be done with each kind of entry."""
    told, one = {"kind": kind}, f"{folder}/<int:{kind}>/"
    return [
        path(f"{folder}/new/", catalogue.new_entry, told, name=f"team-{kind}-new"),
        path(one, catalogue.change_entry, told, name=f"team-{kind}"),
        path(f"{one}aside/", catalogue.put_aside, told, name=f"team-{kind}-aside"),
        path(f"{one}back/", catalogue.bring_back, told, name=f"team-{kind}-back"),
    ]


urlpatterns = [
    path("", hours.team, name="team"),
    path("people/", hours.people, name="team-people"),
    path("hours/salon/", hours.salon_hours, name="team-salon-hours"),
    path("hours/<int:specialist>/", hours.hours, name="team-hours"),
    path("leave/", closings.leave, name="team-leave-month"),
    path("leave/month/", closings.month, name="team-month"),
    path("leave/day/", closings.day, name="team-day"),
    path("leave/new/", closings.new_leave, name="team-leave-new"),
    path("leave/<int:day_off>/", closings.change_leave, name="team-leave"),
    path("leave/<int:day_off>/remove/", closings.drop_leave, name="team-leave-drop"),
    path("days/new/", closings.new_override, name="team-override-new"),
    path("days/<int:override>/", closings.change_override, name="team-override"),
    path("days/<int:override>/remove/", closings.drop_override, name="team-override-drop"),
    path("prices/", cells.prices, name="team-prices"),
    path("prices/table/", cells.table, name="team-table"),
    path("prices/<int:service>/", cells.own_cell, name="team-own-cell"),
    path("prices/<int:service>/edit/", cells.edit_own_cell, name="team-own-cell-edit"),
    path("prices/<int:service>/<int:specialist>/", cells.cell, name="team-cell"),
    path("prices/<int:service>/<int:specialist>/edit/", cells.edit_cell, name="team-cell-edit"),
    path("specialists/<int:specialist>/everything/", cells.every_service, name="team-everything"),
    path("specialists/order/", catalogue.order, {"kind": "specialist"}, name="team-specialist-order"),
    path("services/", catalogue.services, name="team-services"),
    path("services/list/", catalogue.service_list, name="team-service-list"),
    path("services/order/", catalogue.order, {"kind": "service"}, name="team-service-order"),
    path("rooms/", catalogue.rooms, name="team-rooms"),
    path("rooms/list/", catalogue.room_list, name="team-room-list"),
    *_entries("specialist", "specialists"),
    *_entries("service", "services"),
    *_entries("room", "rooms"),
]
